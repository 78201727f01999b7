import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import { configFor, cursorOf, sharedStore, sync, timeOf } from './connection.ts';
import type { ApiRow } from './front.ts';

export const parents = ['addresses', 'charges', 'customers', 'orders', 'subscriptions'] as const;
export const tables = nestedTables.filter(({ parent }) => parents.some((name) => name === parent));
export const childrenOf = (parent: string) => tables.filter((table) => table.parent === parent);
export const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name);

/** Of a month ago, so that no cursor is held back by what is recent. */
const now = new Date(Date.now() - 30 * 86_400_000);

export const storeOfParents = () => sharedStore({ size: { orders: 600, customers: 300 }, now });

/** What a nested table should hold of these rows, as far as the API's own rows say it. */
export function itemsOf(
  { key, lists }: (typeof tables)[number],
  rows: readonly ApiRow[],
  cursor = 'updated_at',
): ApiRow[] {
  return rows.flatMap((row) => {
    const items = Object.entries(lists).flatMap(([path, beside]) => {
      const list = path.split('.').reduce<unknown>((value, name) => (value as ApiRow | null)?.[name], row);
      const found = typeof list === 'string' ? (JSON.parse(list) as unknown) : list;
      return ((found ?? []) as ApiRow[]).map((item) => ({ ...beside, ...item }));
    });
    return items.map((item, index) => ({
      [key]: row['id'],
      index,
      [cursor]: row[cursor],
      ...item,
    }));
  });
}

/** In one order and with numbers as their digits: a rate may come as a number and go out as text. */
export function comparable(rows: readonly ApiRow[]): string[] {
  const asText = (_key: string, value: unknown) =>
    typeof value === 'number' || value === null
      ? String(value)
      : typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value;
  return rows.map((row) => JSON.stringify(row, asText).replaceAll('"[]"', '[]')).toSorted();
}

export const requestsTo = (sandbox: Sandbox, path: string, from = 0) =>
  sandbox.requests.slice(from).filter((entry) => entry.path === path);

/** What a sync brings of a nested table is what these rows of its parent hold. */
export function expectItems(run: Run, name: string, rows: readonly ApiRow[]): void {
  const table = tables.find((one) => one.name === name) as (typeof tables)[number];
  expect(comparable(run.records(name))).toEqual(comparable(itemsOf(table, rows)));
}

/** The same requests with all its children as without, and the same rows. */
export async function expectOneListing(sandbox: Sandbox, parent: (typeof parents)[number]): Promise<void> {
  const start = sandbox.requests.length;
  const alone = await sync(configFor(sandbox), { streams: [parent] });
  const middle = sandbox.requests.length;
  const together = await sync(configFor(sandbox), { streams: [parent, ...namesOf(childrenOf(parent))] });
  const asked = (from: number, to?: number) => sandbox.requests.slice(from, to).map(({ query }) => query);
  expect(asked(middle)).toEqual(asked(start, middle));
  expect(together.records(parent)).toEqual(alone.records(parent));
  expect(together.lastState(parent)).toEqual(alone.lastState(parent));
  for (const { name } of childrenOf(parent)) {
    expectItems(together, name, sandbox.served(`/${parent}`));
    expect(together.lastState(name)).toEqual(together.lastState(parent));
  }
  expect(together.exitCode).toBe(0);
}

/** A full refresh of this stream begins anew, what it shares its listing with goes on from its state. */
export async function expectAnew(sandbox: Sandbox, anew: string): Promise<void> {
  const all = sandbox.served('/orders');
  const streams = ['orders', 'order_line_items', 'order_tax_lines'];
  const first = await sync(configFor(sandbox), { streams });
  const until = sandbox.requests.length;
  const run = await sync(configFor(sandbox), {
    streams,
    syncMode: { [anew]: 'full_refresh' },
    state: first.states().filter(({ stream }) => stream.stream_descriptor.name !== anew),
  });
  for (const name of streams) {
    const saved = name === anew ? 0 : cursorOf(first, name);
    const due = all.filter((row) => timeOf(row['updated_at']) >= saved);
    if (name === 'orders') expect(run.records(name)).toHaveLength(due.length);
    else expectItems(run, name, due);
    expect(cursorOf(run, name)).toBeGreaterThanOrEqual(cursorOf(first, name));
  }
  expect(requestsTo(sandbox, '/orders', until).length).toBeLessThanOrEqual(Math.ceil(all.length / 250) + 1);
  expect(run.exitCode).toBe(0);
}
