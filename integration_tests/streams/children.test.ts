import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import { configFor, cursorOf, quickToken, sharedStore, sync, timeOf, utc } from './connection.ts';
import { changedAt, heldAfter } from './expectations.ts';
import type { ApiRow } from './front.ts';

const parents = ['addresses', 'charges', 'customers', 'orders', 'subscriptions'] as const;
const tables = nestedTables.filter(({ parent }) => parents.some((name) => name === parent));
const childrenOf = (parent: string) => tables.filter((table) => table.parent === parent);
const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name);

/** Of a month ago, so that no cursor is held back by what is recent. */
const now = new Date(Date.now() - 30 * 86_400_000);

const sandbox = await sharedStore({ size: { orders: 600, customers: 300 }, now });

/** What a nested table should hold of these rows, as far as the API's own rows say it. */
function itemsOf(
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
function comparable(rows: readonly ApiRow[]): string[] {
  const asText = (_key: string, value: unknown) =>
    typeof value === 'number' || value === null
      ? String(value)
      : typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value;
  return rows.map((row) => JSON.stringify(row, asText).replaceAll('"[]"', '[]')).toSorted();
}

const requests = (path: string, from = 0) =>
  sandbox.requests.slice(from).filter((entry) => entry.path === path);

/** What a sync brings of a nested table is what these rows of its parent hold. */
function expectItems(run: Run, name: string, rows: readonly ApiRow[]): void {
  const table = tables.find((one) => one.name === name) as (typeof tables)[number];
  expect(comparable(run.records(name))).toEqual(comparable(itemsOf(table, rows)));
}

describe('every nested table', () => {
  let run: Run;
  beforeAll(async () => {
    run = await sync(configFor(sandbox), { streams: namesOf(tables) });
  });

  test('comes without its parent; charges lose their history there too, which is said, and nothing else', () => {
    expect([run.exitCode, run.warnings()]).toEqual([
      0,
      [
        expect.stringMatching(
          /^WARN charge_\w+: starts without a saved state, and so do charge_\w+, .*90 days/,
        ),
      ],
    ]);
  });

  test.each(tables)('$name: every item, in the order it has', ({ name, parent }) => {
    expect(run.records(name).length).toBeGreaterThan(20);
    expectItems(run, name, sandbox.served(`/${parent}`));
    expect(cursorOf(run, name)).toBeGreaterThan(0);
  });

  test('address_shipping_lines says which list a line is of', () => {
    const sources = run.records('address_shipping_lines').map((row) => row['source']);
    expect(new Set(sources)).toEqual(new Set(['override', 'conserved']));
  });
});

describe('one listing feeds the parent and its children', () => {
  test.each(parents)(
    '%s: the same requests with all its children as without, and the same rows',
    async (parent) => {
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
    },
  );

  test('nothing new costs one request for all of them', async () => {
    const streams = ['charges', ...namesOf(childrenOf('charges'))];
    const first = await sync(configFor(sandbox), { streams });
    const until = sandbox.requests.length;
    await sync(configFor(sandbox), { streams, state: first });
    expect(requests('/charges', until)).toHaveLength(1);
  });
});

describe('streams of one listing whose states differ', () => {
  const rows = () => sandbox.served('/orders?sort_by=updated_at-asc');
  const at = (row: ApiRow | undefined) => Date.parse(String(row?.['updated_at']));

  test('each goes on from its own, whichever is ahead, and one without a state gets all', async () => {
    const all = rows();
    const [early, late] = [at(all[100]), at(all[400])];
    const until = sandbox.requests.length;
    const run = await sync(configFor(sandbox), {
      streams: ['orders', 'order_line_items', 'order_tax_lines'],
      state: { orders: { updated_at: utc(late) }, order_line_items: { updated_at: utc(early) } },
    });
    const from = (instant: number) => all.filter((row) => at(row) >= instant);
    expect(run.records('orders')).toHaveLength(from(late).length);
    expectItems(run, 'order_line_items', from(early));
    expectItems(run, 'order_tax_lines', all);
    // A page for each stretch that some of them lack, and no row is asked for twice.
    expect(requests('/orders', until).length).toBeLessThanOrEqual(Math.ceil(all.length / 250) + 3);
    expect(run.exitCode).toBe(0);
  });

  test('a state that cannot be read fails its stream alone', async () => {
    const state = {
      orders: { updated_at: '2050-01-01T00:00:00+00:00' },
      order_tax_lines: { updated_at: 'x' },
    };
    const run = await sync(configFor(sandbox), {
      streams: ['orders', 'order_tax_lines', 'order_discounts'],
      state,
    });
    expect(run.errors()).toMatchObject([
      { failure_type: 'config_error', stream_descriptor: { name: 'order_tax_lines' } },
    ]);
    expect(run.statuses('order_tax_lines')).toEqual(['STARTED', 'INCOMPLETE']);
    expect(['orders', 'order_discounts'].map((name) => run.statuses(name).at(-1))).toEqual([
      'COMPLETE',
      'COMPLETE',
    ]);
    expect(run.exitCode).toBe(1);
  });
});

test.each(['orders', 'order_line_items'])(
  'a full refresh of %s begins anew, what it shares its listing with goes on from its state',
  async (anew) => {
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
    expect(requests('/orders', until).length).toBeLessThanOrEqual(Math.ceil(all.length / 250) + 1);
    expect(run.exitCode).toBe(0);
  },
);

describe('event_updated_attributes', () => {
  const table = nestedTables.find(
    ({ name }) => name === 'event_updated_attributes',
  ) as (typeof tables)[number];
  const asText = (value: unknown) =>
    value === null || typeof value === 'string' ? value : JSON.stringify(value);
  const changes = (store: Sandbox) =>
    itemsOf(table, store.served('/events'), 'created_at').map((item) => ({
      ...item,
      previous_value: asText(item['previous_value']),
      value: asText(item['value']),
    }));
  let store: Sandbox;
  beforeAll(async () => {
    // Ahead of the machine, so that no event grows too old between reading and comparing.
    const ahead = new Date(Date.now() + 600_000);
    store = await startSandbox({ token: quickToken, size: { events: 900 }, frozen: true, now: ahead });
  });
  afterAll(() => store.close());

  test.each([[['event_updated_attributes']], [['events', 'event_updated_attributes']]])(
    '%s: each attribute that changed, by created_at, out of one listing of seven days',
    async (streams) => {
      const until = store.requests.length;
      const run = await sync(configFor(store), { streams });
      const expected = changes(store);
      expect(expected.length).toBeGreaterThan(100);
      expect(comparable(run.records('event_updated_attributes'))).toEqual(comparable(expected));
      const values = new Set(run.records('event_updated_attributes').map(({ value }) => value));
      expect(values).toEqual(
        new Set(['cancelled', '2', 'true', '[{"name":"gift","value":"yes"}]', '{"amount":"9.00"}']),
      );
      expect(Object.keys(run.lastState('event_updated_attributes') ?? {})).toEqual(['created_at']);
      expect(store.requests.slice(until)).toHaveLength(Math.ceil(store.served('/events').length / 250));
      expect([run.exitCode, run.warnings()]).toEqual([0, []]);
    },
  );

  test('goes on from its own cursor, and the events from theirs', async () => {
    const half = Date.now() - 3 * 86_400_000;
    const run = await sync(configFor(store), {
      streams: ['events', 'event_updated_attributes'],
      state: { event_updated_attributes: { created_at: utc(half) } },
    });
    const due = changes(store).filter((item) => changedAt(item) >= Math.floor(half / 1000) * 1000);
    expect(due.length).toBeLessThan(changes(store).length);
    expect(comparable(run.records('event_updated_attributes'))).toEqual(comparable(due));
    expect(run.records('events')).toHaveLength(store.served('/events').length);
  });
});

test('with use_orders_deprecated_api the tables of orders have the items as version 2021-01 sends them, for no request more', async () => {
  const ofOrders = childrenOf('orders');
  const old = configFor(sandbox, { use_orders_deprecated_api: true });
  const start = sandbox.requests.length;
  const alone = await sync(old, { streams: ['orders'] });
  const middle = sandbox.requests.length;
  const run = await sync(old, { streams: ['orders', ...namesOf(ofOrders)] });
  const asked = (from: number, to?: number) => sandbox.requests.slice(from, to).map(({ query }) => query);
  expect(asked(middle)).toEqual(asked(start, middle));
  const orders = heldAfter('orders', alone);
  for (const table of ofOrders) {
    const items = itemsOf(table, orders);
    expect([table.name, items.length > 20]).toEqual([table.name, true]);
    expect(new Set(comparable(run.records(table.name)))).toEqual(new Set(comparable(items)));
  }
  expect(run.lastState('order_discounts')).toEqual(run.lastState('orders'));
  expect([run.exitCode, run.warnings()]).toEqual([0, []]);
});
