import { nestedTables } from '../../src/streams/nested-tables.ts';
import { type ResourceName, RESOURCES, type Sandbox, type Version } from '../../sandbox/index.ts';
import { everyStream, incremental, listingOf, ownerListings, versionOf } from '../streams/listings.ts';

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

/** The listing of a stream, whole or by its cursor, as the other tests expect it. */
function plainListing(stream: string): Listing {
  const path = listingOf(stream);
  const resource = RESOURCES.find((name) => path.slice(1).split('?')[0] === name);
  return {
    paths: () => [path],
    version: versionOf(stream),
    ...(resource !== undefined && { resource }),
    ...(incremental.includes(stream) && { cursor: 'updated_at' }),
  };
}

/** Where the rows come from of each stream that has a listing of its own. */
const parents: Readonly<Record<string, Listing>> = {
  ...Object.fromEntries(everyStream.map((stream) => [stream, plainListing(stream)])),
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
  events: { paths: () => ['/events'], cursor: 'created_at' },
  metafields: {
    paths: () => ownerListings,
    cursor: 'updated_at',
  },
  shop: {
    paths: () => ['/shop'],
    version: '2021-01',
    lift: (row) => ({ id: (row['shop'] as Row)['id'] ?? null, ...row }),
  },
  store: { paths: () => ['/store'] },
};

/** Where each stream's rows come from. */
export const listings: Readonly<Record<string, Listing>> = {
  ...parents,
  ...Object.fromEntries(
    nestedTables.map(({ name, parent, key, lists }) => {
      const listing = parentOf(parent);
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

function parentOf(stream: string): Listing {
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
