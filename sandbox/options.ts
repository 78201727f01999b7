import type { ResourceName } from './resources.ts';

/** A version of the API, as `X-Recharge-Version` names it. */
export type Version = '2021-01' | '2021-11';

/** What an endpoint does with a filter or sort that is not documented: ignore it, apply it, or answer 422. */
type Undocumented = 'ignore' | 'honour' | 'refuse';

/** Resources with a time filter or sort that only connectors attest (docs/recharge-api.md#filters). */
export type DoubtfulResource = 'collections' | 'bundle_selections' | 'credit_adjustments' | 'payment_methods';

/** A request, as it is given to latency functions and fault matchers. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without query, such as `/orders`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly version: string;
  /** Rows asked for: `limit`, else 50. */
  readonly limit: number;
}

/**
 * The ways an answer can go wrong (docs/recharge-api.md#broken-answers, docs/recharge-api.md#status-codes).
 */
export const FAULT_KINDS = [
  'truncated',
  'aborted',
  'error500',
  'error502',
  'error503',
  'error504',
  'conflict409',
  'random429',
  'stall',
  'stallBeforeHeaders',
  'reset',
  'notJson',
  'missingKey',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Probability (0 to 1) of each fault, per request; together at most 1. */
export type FaultRates = Readonly<Record<FaultKind, number>>;

/**
 * Rules that docs/recharge-api.md calls inferred or knows from another loader alone: what the sandbox does
 * about each.
 */
export interface Switches {
  /** Time zone (IANA) of filter values without offset (docs/recharge-api.md#date-filters). Default `UTC`. */
  readonly naiveZone: string;
  /**
   * Wall clock in metafields and events, which carry no offset (docs/recharge-api.md#times). Default
   * `eastern`.
   */
  readonly naiveTimes: 'eastern' | 'utc';
  /**
   * Every twentieth customer's times come without offset, as in 2022 (docs/recharge-api.md#times). Default
   * false.
   */
  readonly naiveCustomers: boolean;
  /**
   * `*_at_min` and `_max` on doubtful resources (docs/recharge-api.md#filters). Default: honour on
   * bundle_selections and credit_adjustments, ignore on the others.
   */
  readonly timeFilters: Readonly<Record<DoubtfulResource, Undocumented>>;
  /**
   * Sorts by time on doubtful resources (docs/recharge-api.md#order). Default: payment_methods refuse,
   * collections ignore, the others honour.
   */
  readonly timeSorts: Readonly<Record<DoubtfulResource, Undocumented>>;
  /** Query parameters that an endpoint does not know. Default ignore. */
  readonly unknownParameters: 'ignore' | 'refuse';
  /** A `limit` beside a cursor that is not the one the listing began with. Default allow. */
  readonly otherLimitBesideCursor: 'allow' | 'refuse';
  /**
   * The page-number rule (docs/recharge-api.md#page-numbers): refuse every `page` of a result of more than
   * 100 pages, pages beyond the 100th alone, or none. Default `all`.
   */
  readonly pageRule: 'all' | 'beyond' | 'off';
  /**
   * What `Link` holds in 2021-01 where no `page` was asked for: a cursor under either name, the next page
   * number, or no header at all. Default cursor.
   */
  readonly linkStyle: 'cursor' | 'page_info' | 'page' | 'none';
  /**
   * After an exactly full last page: no cursor, or one that leads to an empty page
   * (docs/recharge-api.md#end-of-a-list). Default null.
   */
  readonly fullLastPage: 'null' | 'cursor';
  /**
   * Hidden rows (docs/recharge-api.md#hidden-rows) are taken out after the page was cut, so pages come short
   * or empty. Default false.
   */
  readonly sparsePages: boolean;
  /**
   * `/token_information` without its wrapping key (docs/recharge-api.md#token-information). Default false.
   */
  readonly flatTokenInformation: boolean;
  /** An unknown key in every row (docs/recharge-api.md#endpoints). Default false. */
  readonly unknownKeys: boolean;
  /**
   * Days after which paid charges disappear (docs/recharge-api.md#old-charges); null serves them all. Default
   * 90.
   */
  readonly chargeWindowDays: number | null;
  /**
   * Seconds between a subscription's edit and the new queued charge (docs/recharge-api.md#queued-charges).
   * Default 5.
   */
  readonly rebuildSeconds: number;
  /** A customer's counters move `updated_at` (docs/recharge-api.md#updates). Default false. */
  readonly countersTouchCustomer: boolean;
  /**
   * `external_platform` of the store; `shopify` and `big_commerce` refuse 2021-11 products
   * (docs/recharge-api.md#products). Default shopify.
   */
  readonly platform: string;
  /** Version of requests without the header (docs/recharge-api.md#versions). Default 2021-01. */
  readonly defaultVersion: Version;
}

/** Options of a sandbox; each has a default. */
export interface SandboxOptions extends Partial<Omit<Switches, 'timeFilters' | 'timeSorts'>> {
  readonly timeFilters?: Partial<Switches['timeFilters']>;
  readonly timeSorts?: Partial<Switches['timeSorts']>;
  /** The same seed, size and `now` give the same store, byte for byte. Default 1. */
  readonly seed?: number;
  /**
   * Rows per resource, or a named size. Resources left out get as many as the named ones need. Default
   * `small`.
   */
  readonly size?: Partial<Record<ResourceName, number>> | 'small' | 'demo';
  /** The store's clock at the start. Default: the real one. */
  readonly now?: Date;
  /** The store's clock moves by `advance` and `setTime` alone. Default false. */
  readonly frozen?: boolean;
  /** The port to listen on; 0 takes any free one. Default 0. */
  readonly port?: number;
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /**
   * The token; its `NxM` sets leak (2·N a second) and bucket (40·M). Default `sk_test_1x1_` and 64 hex
   * digits.
   */
  readonly token?: string;
  /** The token's scopes. Default: every scope that an endpoint needs. */
  readonly scopes?: readonly string[];
  /** Requests that leak from the bucket each second. Default: by the token. */
  readonly leakPerSecond?: number;
  /** Requests that the bucket holds. Default: by the token. */
  readonly bucketSize?: number;
  /** `X-Recharge-Limit` tells the level when the request came, or when its response left. Default request. */
  readonly countOn?: 'request' | 'response';
  /** Send `Retry-After` with 429 (docs/recharge-api.md#rate-limit-headers). Default false. */
  readonly retryAfter?: boolean;
  /** Milliseconds a response takes. Default 0. */
  readonly latencyMs?: number | ((request: SandboxRequest) => number);
  /** Reads show each write up to this many seconds late (docs/recharge-api.md#updates). Default 0. */
  readonly replicaLagSeconds?: number;
  readonly faults?: Partial<FaultRates>;
  /**
   * 504 for a request without cursor whose date window holds more rows than this
   * (docs/recharge-api.md#slow-answers).
   */
  readonly heavyWindowRows?: number;
  /**
   * Megabytes for the cached JSON of served rows. Default 64; a benchmark that reads rows again needs room
   * for all.
   */
  readonly cacheMb?: number;
  /** 504 for a `limit` above this. */
  readonly heavyPageRows?: number;
}

/** The rules of these options, with defaults filled in. */
export function switchesOf(options: SandboxOptions): Switches {
  const { timeFilters, timeSorts } = options;
  return {
    naiveZone: options.naiveZone ?? 'UTC',
    naiveTimes: options.naiveTimes ?? 'eastern',
    naiveCustomers: options.naiveCustomers ?? false,
    timeFilters: {
      collections: 'ignore',
      bundle_selections: 'honour',
      credit_adjustments: 'honour',
      payment_methods: 'ignore',
      ...timeFilters,
    },
    timeSorts: {
      collections: 'ignore',
      bundle_selections: 'honour',
      credit_adjustments: 'honour',
      payment_methods: 'refuse',
      ...timeSorts,
    },
    unknownParameters: options.unknownParameters ?? 'ignore',
    otherLimitBesideCursor: options.otherLimitBesideCursor ?? 'allow',
    pageRule: options.pageRule ?? 'all',
    linkStyle: options.linkStyle ?? 'cursor',
    fullLastPage: options.fullLastPage ?? 'null',
    sparsePages: options.sparsePages ?? false,
    flatTokenInformation: options.flatTokenInformation ?? false,
    unknownKeys: options.unknownKeys ?? false,
    chargeWindowDays: options.chargeWindowDays === undefined ? 90 : options.chargeWindowDays,
    rebuildSeconds: options.rebuildSeconds ?? 5,
    countersTouchCustomer: options.countersTouchCustomer ?? false,
    platform: options.platform ?? 'shopify',
    defaultVersion: options.defaultVersion ?? '2021-01',
  };
}
