import type { JsonObject } from '../json.ts';
import { NOTES, REASONS } from './names.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';

/** A seeded row's id and place, and its times in seconds since 1970. */
export interface Birth {
  readonly id: number;
  readonly index: number;
  readonly created: number;
  readonly updated: number;
}

/** All there is to a list whose rows hang on no other's. */
export interface PlainList {
  /** Key of one record in its envelope. */
  readonly item: string;
  /** Any one of these scopes opens it; none named: open to every token. */
  readonly scopes: readonly string[];
  /** Rows of a small store. */
  readonly rows: number;
  readonly firstId: number;
  /** A row, made from its birth and draws alone. */
  readonly row: (birth: Birth, draws: Draws) => JsonObject;
  /** 2021-11 alone, if not said otherwise. */
  readonly versions?: readonly ('2021-01' | '2021-11')[];
  /** Fields that `sort_by` takes; none, if not said otherwise. */
  readonly sorts?: readonly string[];
  /** Time fields with a `_min` and a `_max` filter, of `created_at` and `updated_at`; none, if not said otherwise. */
  readonly times?: readonly string[];
  /** Filters for equality: parameter → field. */
  readonly matches?: Readonly<Record<string, string>>;
}

/** What merchants keep behind the counter: reasons, users, webhooks and bulk jobs. A new list is an entry at the end. */
export const PLAIN_LISTS = {
  retention_strategies: {
    item: 'retention_strategy',
    scopes: ['read_subscriptions'],
    rows: 20,
    firstId: 20_100,
    row: retentionStrategy,
  },
  accounts: { item: 'account', scopes: ['read_accounts'], rows: 20, firstId: 5_500, row: account },
  webhooks: {
    item: 'webhook',
    scopes: [],
    rows: 20,
    firstId: 190_000,
    row: webhook,
    versions: ['2021-01', '2021-11'],
    matches: { address: 'address', topic: 'topic' },
  },
  async_batches: {
    item: 'async_batch',
    scopes: ['read_batches'],
    rows: 20,
    firstId: 7_000,
    row: asyncBatch,
    versions: ['2021-01', '2021-11'],
  },
} as const satisfies Readonly<Record<string, PlainList>>;

export type PlainListName = keyof typeof PLAIN_LISTS;

function retentionStrategy({ id, created, updated }: Birth, draws: Draws): JsonObject {
  return {
    id,
    cancellation_flow_type: draws.pick(['subscription', 'membership']),
    created_at: utcText(created),
    discount_code: draws.pick([null, 'STAY15']),
    incentive_type: draws.pick(['discount', 'delay_subscription', 'skip_charge', 'swap_product', null]),
    prevention_text: draws.oneIn(3) ? null : draws.pick(NOTES),
    reason: draws.pick(REASONS),
    updated_at: utcText(updated),
  };
}

function account({ id, index, created }: Birth, draws: Draws): JsonObject {
  return {
    id,
    created_at: utcText(created),
    invited_at: draws.oneIn(3) ? null : utcText(created - 3600),
    is_owner: index === 0,
    user_id: 88_000 + index,
  };
}

function webhook({ id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const topic = draws.pick(['subscription/deleted', 'charge/paid', 'customer/updated', 'order/created']);
  const newer = { created_at: utcText(created), updated_at: utcText(updated), version: '2021-11' };
  return {
    id,
    address: `https://hooks.example.com/recharge/${index}`,
    included_objects: draws.pick([[], ['customer', 'metafields']]),
    topic,
    ...(draws.oneIn(2) && newer),
  };
}

function asyncBatch({ id, created, updated }: Birth, draws: Draws): JsonObject {
  const closed = !draws.oneIn(4);
  return {
    id,
    batch_type: draws.pick(['discount_create', 'bulk_plans_update', 'onetime_create']),
    closed_at: closed ? utcText(updated) : null,
    created_at: utcText(created),
    deleted_at: draws.pick([undefined, null]),
    fail_task_count: draws.below(3),
    status: closed ? draws.pick(['completed', 'failed']) : draws.pick(['not_started', 'processing']),
    submitted_at: closed ? utcText(created) : null,
    success_task_count: draws.below(9),
    total_task_count: 10,
    updated_at: utcText(updated),
    version: draws.pick([undefined, null, '2021-11']),
  };
}
