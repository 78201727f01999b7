import { nestedTables } from '../../src/streams/nested-tables.ts';
import type { ResourceName, Sandbox, Version } from '../../sandbox/index.ts';
import type { StreamName } from '../streams/expectations.ts';

type Row = ReturnType<Sandbox['served']>[number];

interface Listing {
  /** What to ask the store for, to see every row that the stream should have; where that is several, each of them. */
  readonly paths: (store: Sandbox) => readonly string[];
  readonly version?: Version;
  /** Whose rows to change between two syncs; undefined for what the sandbox cannot change. */
  readonly resource?: ResourceName;
  readonly cursor?: 'updated_at' | 'created_at' | 'deleted_at';
  /** What the stream makes of a row, as far as its key and its cursor go. */
  readonly lift?: (row: Row) => Row;
  /** The same where it makes several of it, or none. */
  readonly items?: (row: Row) => readonly Row[];
}

const updated = (path: string, resource: ResourceName): Listing => ({
  paths: () => [path],
  resource,
  cursor: 'updated_at',
});
const whole = (resource: ResourceName): Listing => ({ paths: () => [`/${resource}`], resource });
const owners = ['address', 'charge', 'customer', 'order', 'store', 'subscription'] as const;
const ofOwner = (owner: (typeof owners)[number]) =>
  updated(`/metafields?owner_resource=${owner}`, 'metafields');

/** Where the rows come from of each stream that has a listing of its own. */
const parents: Readonly<Record<StreamName, Listing>> = {
  accounts: whole('accounts'),
  addresses: updated('/addresses', 'addresses'),
  async_batches: whole('async_batches'),
  bundle_products: updated('/bundle_products', 'bundle_products'),
  bundle_selections: updated('/bundle_selections', 'bundle_selections'),
  charges: updated('/charges', 'charges'),
  collection_products: {
    paths: (store) =>
      store
        .served('/collections')
        .map(({ id }) => `/collection_products?collection_id=${JSON.stringify(id)}`),
    // A number or a text, of which the stream makes a text.
    lift: (row) => ({
      ...row,
      external_product_id: JSON.stringify(row['external_product_id']).replaceAll('"', ''),
    }),
  },
  collections: updated('/collections', 'collections'),
  credit_accounts: updated('/credit_accounts', 'credit_accounts'),
  credit_adjustments: updated('/credit_adjustments', 'credit_adjustments'),
  customers: updated('/customers', 'customers'),
  deleted_records: {
    paths: () => ['/events?verbs=deleted'],
    cursor: 'deleted_at',
    lift: (row) => ({ ...row, deleted_at: row['created_at'] ?? null }),
  },
  delivery_schedules: {
    paths: (store) =>
      store
        .served('/customers')
        .filter((customer) => customer['subscriptions_active_count'] !== 0)
        .map(({ id }) => `/customers/${JSON.stringify(id)}/delivery_schedule`),
    lift: (row) => ({ customer_id: (row['customer'] as Row)['id'] ?? null, ...row }),
  },
  discounts: updated('/discounts', 'discounts'),
  entitlements: whole('entitlements'),
  events: { paths: () => ['/events'], cursor: 'created_at' },
  gift_purchases: whole('gift_purchases'),
  membership_programs: {
    paths: () => ['/membership_programs?include_deleted=true'],
    resource: 'membership_programs',
  },
  memberships: {
    paths: () => ['/memberships?include_cancelled=true&include_deleted=true'],
    resource: 'memberships',
  },
  metafields: {
    paths: () => owners.map((owner) => `/metafields?owner_resource=${owner}`),
    cursor: 'updated_at',
  },
  metafields_address: ofOwner('address'),
  metafields_charge: ofOwner('charge'),
  metafields_customer: ofOwner('customer'),
  metafields_order: ofOwner('order'),
  metafields_store: ofOwner('store'),
  metafields_subscription: ofOwner('subscription'),
  onetimes: updated('/onetimes?include_cancelled=true', 'onetimes'),
  orders: updated('/orders', 'orders'),
  payment_methods: updated('/payment_methods?include_deleted=true', 'payment_methods'),
  plans: updated('/plans', 'plans'),
  products: { ...updated('/products', 'products'), version: '2021-01' },
  retention_strategies: whole('retention_strategies'),
  shop: {
    paths: () => ['/shop'],
    version: '2021-01',
    lift: (row) => ({ id: (row['shop'] as Row)['id'] ?? null, ...row }),
  },
  store: { paths: () => ['/store'] },
  subscriptions: updated('/subscriptions', 'subscriptions'),
  webhooks: whole('webhooks'),
};

/** Where each stream's rows come from. */
export const listings: Readonly<Record<string, Listing>> = {
  ...parents,
  ...Object.fromEntries(
    nestedTables.map(({ name, parent, key, lists }) => {
      const listing = listingOf(parent);
      const items = (row: Row) =>
        Object.keys(lists)
          .flatMap((path) => listAt(row, path))
          .map((_, index) => ({
            [key]: row['id'] ?? null,
            index,
            ...(listing.cursor && { [listing.cursor]: row[listing.cursor] ?? null }),
          }));
      return [name, { ...listing, items }];
    }),
  ),
};

function listingOf(stream: string): Listing {
  const found = Object.entries(parents).find(([name]) => name === stream);
  if (found === undefined) throw new RangeError(`${stream} is no stream with a listing of its own.`);
  return found[1];
}

/** The list at a path within a row; an empty one where there is none. */
export function listAt(row: Row, path: string): readonly unknown[] {
  const found = path.split('.').reduce<unknown>((value, name) => (value as Row | null)?.[name], row);
  const list: unknown = typeof found === 'string' ? JSON.parse(found) : found;
  return Array.isArray(list) ? list : [];
}

/** Every row that a stream should have now. */
export function rowsOf(store: Sandbox, stream: string): readonly Row[] {
  const { lift = (row: Row) => row, items } = listings[stream] ?? {};
  return servedFor(store, stream).flatMap((row) => items?.(row) ?? [lift(row)]);
}

/** The ids of what the store serves and the stream has rows of. */
export function idsFor(store: Sandbox, stream: string): readonly number[] {
  const { items } = listings[stream] ?? {};
  const rows = servedFor(store, stream).filter((row) => items === undefined || items(row).length > 0);
  return rows.map(({ id }) => Number(id));
}

function servedFor(store: Sandbox, stream: string): readonly Row[] {
  const { paths, version } = listings[stream] ?? { paths: () => [] };
  return paths(store).flatMap((path) => store.served(path, version));
}
