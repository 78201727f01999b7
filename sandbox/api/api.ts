import type { Cast } from '../data/cast.ts';
import { OWNERS } from '../data/metafields.ts';
import type { JsonObject } from '../json.ts';
import type { Switches, Version } from '../options.ts';
import type { QueuedCharges } from '../store/queued-charges.ts';
import type { Slot } from '../store/sorted-index.ts';
import type { Store } from '../store/store.ts';
import { creditSummary, deliverySchedule } from './customer-views.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS, OWNER_SCOPES } from './endpoints.ts';
import { listAnswer } from './list-answer.ts';
import { countList, type Heaviness, listPage } from './lists.ts';
import { NESTED } from './nested.ts';
import { invalid, notFound, notImplemented, Refusal } from './refusal.ts';
import { Renderer } from './render.ts';
import { type ApiAnswer, type ApiRequest, jsonAnswer } from './request.ts';
import { rootBody, STORE_SCOPES, storeBody, tokenBody } from './singletons.ts';
import { isHidden } from './visibility.ts';

/** What the API serves, and by which rules. */
export interface ApiSetup {
  readonly cast: Cast;
  readonly store: Store;
  readonly queued: QueuedCharges;
  readonly switches: Switches;
  readonly heavy: Heaviness;
  /** Bytes for the cached JSON of served rows. */
  readonly cacheBytes: number;
  readonly scopes: ReadonlySet<string>;
}

const COMMERCE_PLATFORMS: ReadonlySet<string> = new Set(['shopify', 'big_commerce']);
const EVERYTHING: ReadonlySet<string> = new Set(['include_cancelled', 'include_deleted']);

/**
 * The API after authentication and rate limit: takes a request, returns status and text, knows no sockets.
 */
export class Api {
  private readonly setup: ApiSetup;
  private readonly renderer: Renderer;

  constructor(setup: ApiSetup) {
    this.setup = setup;
    this.renderer = new Renderer(setup.store, setup.cast, setup.switches.unknownKeys, setup.cacheBytes);
  }

  /** Answers a request; a refusal is returned, not thrown. */
  respond(request: ApiRequest): ApiAnswer {
    try {
      return this.route(request);
    } catch (error) {
      if (error instanceof Refusal) return jsonAnswer(error.status, error.body);
      throw error;
    }
  }

  private route(request: ApiRequest): ApiAnswer {
    const [path, id, below, ...rest] = request.segments;
    if (request.method !== 'GET') throw new Refusal(405, { errors: 'Method Not Allowed' });
    if (path === undefined) return ok(rootBody());
    if (rest.length > 0) throw notFound();
    if (id !== undefined && below !== undefined) return this.below(path, id, below, request);
    if (path === 'token_information' && id === undefined) {
      return ok(tokenBody(this.setup.scopes, this.setup.switches.flatTokenInformation));
    }
    if ((path === 'store' || path === 'shop') && id === undefined)
      return this.theStore(path, request.version);
    const endpoint = this.endpoint(path, request.version);
    if (endpoint.nestedOnly) throw notFound();
    if (id === undefined) return this.list(endpoint, request);
    if (id === 'count' && request.version === '2021-01') return this.count(endpoint, request);
    return this.retrieve(endpoint, id, request);
  }

  private endpoint(path: string, version: Version): Endpoint {
    const named = ENDPOINTS.filter((each) => each.path === path);
    if (named.length === 0) throw notFound();
    const found = named.find(({ versions }) => versions.includes(version));
    if (!found) throw notImplemented(version);
    return found;
  }

  private list(endpoint: Endpoint, request: ApiRequest): ApiAnswer {
    this.open(endpoint, request.query);
    const { store, switches, heavy } = this.setup;
    const listed = listPage(endpoint, request, store, switches, heavy);
    const { flags } = listed.plan.filters;
    const rows = listed.page.slots.map((slot) =>
      this.renderer.text(endpoint.resource, slot, request.version, flags),
    );
    return listAnswer(endpoint.path, rows, listed, request, switches);
  }

  private count(endpoint: Endpoint, { query }: ApiRequest): ApiAnswer {
    this.open(endpoint, query);
    return ok({ count: countList(endpoint, query, this.setup.store, this.setup.switches) });
  }

  private retrieve(endpoint: Endpoint, id: string, { version, query }: ApiRequest): ApiAnswer {
    this.open(endpoint, query);
    const slot = endpoint.item === null ? undefined : this.find(endpoint, id);
    if (!slot) throw notFound();
    const text = this.renderer.text(endpoint.resource, slot, version, new Set());
    return { status: 200, body: Buffer.from(`{"${endpoint.item}":${text.toString()}}`) };
  }

  /** Retrieve serves every row that the list would serve with all its flags set. */
  private find({ resource }: Endpoint, id: string): Slot | undefined {
    const { store, switches } = this.setup;
    const table = store.table(resource);
    const slot = /^\d{1,15}$/.test(id) ? table.get(Number(id)) : undefined;
    return slot && isHidden(resource, table, slot, Math.floor(store.now() / 1000), EVERYTHING, switches)
      ? undefined
      : slot;
  }

  /** Paths below one record: `/customers/{id}/delivery_schedule` and lists of children. */
  private below(path: string, id: string, what: string, request: ApiRequest): ApiAnswer {
    const nested = NESTED[`${path}/${what}`];
    if (nested) {
      if (!nested.versions.includes(request.version)) throw notImplemented(request.version);
      const endpoint = this.endpoint(nested.list, request.version);
      if (!this.find(this.endpoint(nested.parent, request.version), id)) throw notFound();
      const query = new URLSearchParams(request.query);
      if (!query.has('cursor')) query.set(nested.parameter, id);
      return this.list(endpoint, { ...request, query });
    }
    const { store, cast, queued } = this.setup;
    if (path !== 'customers' || (what !== 'delivery_schedule' && what !== 'credit_summary')) throw notFound();
    if (request.version !== '2021-11') throw notImplemented(request.version);
    this.wantScope([what === 'credit_summary' ? 'read_credit_summary' : 'read_customers']);
    const customer = /^\d{1,15}$/.test(id) ? Number(id) : 0;
    return ok(
      what === 'credit_summary'
        ? creditSummary(store, customer)
        : deliverySchedule(store, cast, queued, customer),
    );
  }

  /**
   * Throws unless this token and this store may have the list; metafields need their owner's scope
   * (docs/recharge-api.md#scopes).
   */
  private open(endpoint: Endpoint, query: URLSearchParams): void {
    const owner = endpoint.resource === 'metafields' ? query.get('owner_resource') : null;
    if (owner !== null && !(owner in OWNERS)) throw invalid('owner_resource', 'Not a valid choice.');
    this.wantScope(owner === null ? endpoint.scopes : (OWNER_SCOPES[owner] ?? []));
    if (endpoint.resource === 'catalogue_products' && COMMERCE_PLATFORMS.has(this.setup.switches.platform)) {
      throw invalid('platform', 'This API is not compatible with your platform');
    }
  }

  private wantScope(anyOf: readonly string[]): void {
    if (anyOf.length > 0 && !anyOf.some((scope) => this.setup.scopes.has(scope))) {
      throw new Refusal(403, { error: 'This token lacks a scope that the endpoint wants.' });
    }
  }

  private theStore(path: 'store' | 'shop', version: Version): ApiAnswer {
    this.wantScope(STORE_SCOPES);
    return ok(storeBody(path, version, this.setup.cast.world, this.setup.switches));
  }
}

function ok(body: JsonObject): ApiAnswer {
  return jsonAnswer(200, body);
}
