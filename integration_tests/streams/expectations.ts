import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { fromEastern, parseRowTime } from '../../sandbox/data/times.ts';
import type { ApiRow } from './front.ts';

/** The listing of each stream in the API, from which its rows come unless `rowsOf` says otherwise. */
export const listings = {
  accounts: '/accounts',
  addresses: '/addresses',
  async_batches: '/async_batches',
  bundle_products: '/bundle_products',
  bundle_selections: '/bundle_selections',
  charges: '/charges',
  collection_products: '/collection_products',
  collections: '/collections',
  credit_accounts: '/credit_accounts',
  credit_adjustments: '/credit_adjustments',
  customers: '/customers',
  deleted_records: '/events?verbs=deleted',
  delivery_schedules: '/customers',
  discounts: '/discounts',
  entitlements: '/entitlements',
  events: '/events',
  gift_purchases: '/gift_purchases',
  membership_programs: '/membership_programs?include_deleted=true',
  memberships: '/memberships?include_cancelled=true&include_deleted=true',
  metafields: '/metafields',
  metafields_address: '/metafields?owner_resource=address',
  metafields_charge: '/metafields?owner_resource=charge',
  metafields_customer: '/metafields?owner_resource=customer',
  metafields_order: '/metafields?owner_resource=order',
  metafields_store: '/metafields?owner_resource=store',
  metafields_subscription: '/metafields?owner_resource=subscription',
  onetimes: '/onetimes?include_cancelled=true',
  orders: '/orders',
  payment_methods: '/payment_methods?include_deleted=true',
  plans: '/plans',
  products: '/products',
  retention_strategies: '/retention_strategies',
  shop: '/shop',
  store: '/store',
  subscriptions: '/subscriptions',
  webhooks: '/webhooks',
} as const;

export type StreamName = keyof typeof listings;

/** Streams that the API filters and sorts by time. */
export const sorted = [
  'addresses',
  'charges',
  'customers',
  'discounts',
  'onetimes',
  'orders',
  'plans',
  'subscriptions',
] as const;

/** Streams that the API filters by time, or perhaps does, but does not sort. */
export const filtered = [
  'bundle_selections',
  'credit_accounts',
  'credit_adjustments',
  'deleted_records',
  'events',
] as const;

/** Streams that are read whole each time and emitted from the cursor on. */
export const unsorted = [
  'bundle_products',
  'collections',
  'metafields',
  'metafields_address',
  'metafields_charge',
  'metafields_customer',
  'metafields_order',
  'metafields_store',
  'metafields_subscription',
  'payment_methods',
  'products',
] as const;

/** Streams with a cursor. */
export const incremental = [...sorted, ...filtered, ...unsorted] as const;

/** Those of the seven days for which Recharge keeps events. */
export const fleeting: readonly string[] = ['deleted_records', 'events'];

/** Those whose rows reach back to the store's first day. */
export const lasting = incremental.filter((stream) => !fleeting.includes(stream));

export const everyStream = Object.keys(listings) as StreamName[];

/** Streams without a cursor: read whole whatever their state says. */
export const whole = everyStream.filter((stream) => !(incremental as readonly string[]).includes(stream));

/** Streams that the API has in version 2021-01 alone. */
const old: readonly string[] = ['products', 'shop'];

/** Every row that a stream should bring now. */
export function rowsOf(sandbox: Sandbox, stream: StreamName): readonly ApiRow[] {
  if (stream === 'metafields')
    return Object.values(listings)
      .filter((listing) => listing.startsWith('/metafields?'))
      .flatMap((listing) => sandbox.served(listing));
  if (stream === 'delivery_schedules') return schedulesOf(sandbox);
  const rows = sandbox.served(listings[stream], old.includes(stream) ? '2021-01' : '2021-11');
  if (stream === 'deleted_records') return rows.map(deletionOf);
  return stream === 'shop' ? rows.map((row) => ({ id: (row['shop'] as ApiRow)['id'], ...row })) : rows;
}

function schedulesOf(sandbox: Sandbox): readonly ApiRow[] {
  const active = sandbox.served('/subscriptions?status=active').map(({ customer_id }) => Number(customer_id));
  return [...new Set(active)].flatMap((id) =>
    sandbox.served(`/customers/${id}/delivery_schedule`).map((row) => ({ customer_id: id, ...row })),
  );
}

function deletionOf({ id, object_type, object_id, customer_id, created_at }: ApiRow): ApiRow {
  return { id, object_type, object_id, customer_id, deleted_at: created_at };
}

/** The field that a stream is read by. */
export function cursorFieldOf(stream: string): string {
  return { events: 'created_at', deleted_records: 'deleted_at' }[stream] ?? 'updated_at';
}

/** The same, as the API calls it. */
export function timeFieldOf(stream: string): string {
  return fleeting.includes(stream) ? 'created_at' : 'updated_at';
}

/** When a row was changed, or made where rows never change; milliseconds since 1970, and a time without zone is New York's. */
export function changedAt(row: ApiRow): number {
  return instantOf(row, fromEastern);
}

/** The same, but for a time without zone, which may be UTC: the earliest it can be. */
export function earliestAt(row: ApiRow): number {
  return instantOf(row, (wall) => wall);
}

function instantOf(row: ApiRow, naive: (wall: number) => number): number {
  const time = String(row['updated_at'] ?? row['created_at'] ?? row['deleted_at']);
  return (parseRowTime(time, naive) ?? Number.NaN) * 1000;
}

/** The records are these rows, each once, with every field, and no value but what the API sent. */
export function expectRows(records: readonly ApiRow[], rows: readonly ApiRow[]): void {
  const found = new Map(records.map((record) => [keyOf(record), withKept(record)]));
  expect(records.map(keyOf).toSorted()).toEqual(rows.map(keyOf).toSorted());
  for (const row of rows) expect(differences(row, found.get(keyOf(row)))).toEqual([]);
}

/** A record with the fields that its schema does not declare where the row has them. */
function withKept({ _ab_additional_properties: kept, ...record }: ApiRow): ApiRow {
  return { ...record, ...(kept as ApiRow | undefined) };
}

/** What tells a row from the others of its stream, as text. */
export function keyOf({ id, customer_id, collection_id, external_product_id }: ApiRow): string {
  const key =
    id ?? (collection_id === undefined ? customer_id : [collection_id, String(external_product_id)]);
  return JSON.stringify(key);
}

/**
 * Where a record does not say what the row said. A value may have changed its type: 5 and "5", "[]" and []; a number
 * its digits, which are lost in the row: 24 and "24.0"; and a time have got the zone it was without.
 */
function differences(sent: unknown, got: unknown, path = ''): string[] {
  if (isObject(sent) && isObject(got)) {
    const names = new Set([...Object.keys(sent), ...Object.keys(got)]);
    return [...names].flatMap((name) => differences(sent[name], got[name], `${path}.${name}`));
  }
  if (Array.isArray(sent) && Array.isArray(got) && sent.length === got.length)
    return sent.flatMap((item, index) => differences(item, got[index], `${path}[${index}]`));
  const same = asText(sent) === asText(got) || isSameNumber(sent, got) || got === `${String(sent)}+00:00`;
  return same ? [] : [`${path}: sent ${asText(sent)}, got ${asText(got)}`];
}

function isSameNumber(sent: unknown, got: unknown): boolean {
  return typeof sent === 'number' && typeof got === 'string' && got !== '' && Number(got) === sent;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function isObject(value: unknown): value is ApiRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
