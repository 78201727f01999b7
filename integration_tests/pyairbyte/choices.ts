import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import { differences, line } from './compare.ts';
import { listAt } from './listings.ts';
import { configOf, type Tables, type Target, Warehouse } from './pyairbyte.ts';

const parents = ['customers', 'orders', 'subscriptions'] as const;
const children = nestedTables.filter(({ parent }) => parent === 'orders');
const streams = [...parents, ...children.map(({ name }) => name)];

/**
 * Loads a store with the settings that change what streams are made of, `use_orders_deprecated_api` and
 * `capture_deletes`; then deletes some rows and loads again, and compares both with the store.
 */
export async function compareChoices(python: string, target: Target): Promise<string[]> {
  const store = await startSandbox({ frozen: true, bucketSize: 100_000, leakPerSecond: 100_000 });
  const settings = { use_orders_deprecated_api: true, capture_deletes: true };
  const warehouse = await Warehouse.create(python, target, { ...configOf(store), ...settings });
  try {
    const name = 'with other settings, first sync';
    const first = await warehouse.sync(streams);
    const problems = [...compareParents(store, first, name), ...compareChildren(store, first, name)];
    const gone = Object.fromEntries(parents.map((stream) => [stream, removeFrom(store, stream)]));
    const second = await warehouse.sync(streams);
    return [
      ...problems,
      ...compareParents(store, second, 'with other settings, second sync'),
      ...parents.flatMap((stream) => compareDeleted(stream, first, second, gone[stream] ?? [])),
    ];
  } finally {
    await warehouse.remove();
    await store.close();
  }
}

const served = (store: Sandbox, stream: (typeof parents)[number]) =>
  store.served(`/${stream}`, stream === 'orders' ? '2021-01' : '2021-11');

/** What is there and no tombstone is what the store serves. */
function compareParents(store: Sandbox, tables: Tables, name: string): string[] {
  return parents.flatMap((stream) => {
    const keys = served(store, stream).map(({ id }) => JSON.stringify([id]));
    return compareKeys(name, stream, tables, keys);
  });
}

function compareChildren(store: Sandbox, tables: Tables, name: string): string[] {
  return children.flatMap(({ name: stream, lists }) => {
    const keys = served(store, 'orders').flatMap((row) =>
      Object.keys(lists)
        .flatMap((path) => listAt(row, path))
        .map((_, index) => JSON.stringify([row['id'], index])),
    );
    return compareKeys(name, stream, tables, keys);
  });
}

/**
 * A key may stand in a table twice: a page of 2021-01 may begin with the rows that the one before it ended with, and
 * PyAirbyte merges what a sync brought with what was there, but not with itself.
 */
function compareKeys(name: string, stream: string, tables: Tables, expected: readonly string[]): string[] {
  const { keys = [], deleted = [] } = tables[stream] ?? {};
  const living = new Set(keys).difference(new Set(deleted));
  const facts = [`${expected.length} served`, `${living.size} in the table`, `${deleted.length} deleted`];
  process.stdout.write(`${name}\n${line(stream, ...facts)}\n`);
  if (expected.length === 0) return [`${stream}: nothing is served, so nothing was tested`];
  return differences(`${stream}: ${name}`, [...living], expected);
}

function compareDeleted(stream: string, first: Tables, second: Tables, gone: readonly string[]): string[] {
  const before = new Set(first[stream]?.deleted);
  const since = new Set(second[stream]?.deleted).difference(before);
  return differences(`${stream}: deleted since the first sync`, [...since], gone);
}

/** Two of its rows; returns their keys. */
function removeFrom(store: Sandbox, stream: (typeof parents)[number]): string[] {
  const ids = served(store, stream)
    .slice(0, 2)
    .map(({ id }) => Number(id));
  for (const id of ids) store.remove(stream, id);
  return ids.map((id) => JSON.stringify([id]));
}
