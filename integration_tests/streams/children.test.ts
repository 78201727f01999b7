import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { JsonObject } from '../../src/airbyte/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, cursorOf, quickToken, sync, timeOf, utc } from './connection.ts';
import { changedAt } from './expectations.ts';
import { type ApiRow, startFront, withRows } from './front.ts';
import { impatient } from './impatience.ts';

const parents = ['addresses', 'charges', 'customers', 'orders', 'subscriptions'] as const;
const tables = nestedTables.filter(({ parent }) => parents.some((name) => name === parent));
const childrenOf = (parent: string) => tables.filter((table) => table.parent === parent);
const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name);

/** Of a month ago, so that no cursor is held back by what is recent. */
const now = new Date(Date.now() - 30 * 86_400_000);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ token: quickToken, size: { orders: 600, customers: 300 }, now });
});
afterAll(() => sandbox.close());

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
const warnings = (run: Run) => run.logs().filter((line) => line.startsWith('WARN'));

describe('every nested table', () => {
  let run: Run;
  let catalog: readonly JsonObject[];
  beforeAll(async () => {
    run = await sync(configFor(sandbox), { streams: namesOf(tables) });
    const discovered = await runConnector(['discover'], { files: { config: configFor(sandbox) } });
    catalog = discovered.of('CATALOG').flatMap((message) => message.catalog.streams) as never;
  });

  test('comes without its parent; charges lose their history there too, which is said, and nothing else', () => {
    expect([run.exitCode, warnings(run)]).toEqual([
      0,
      [
        expect.stringMatching(
          /^WARN charge_\w+: starts without a saved state, and so do charge_\w+, .*90 days/,
        ),
      ],
    ]);
  });

  test.each(tables)('$name: every item, in the order it has', (table) => {
    const items = itemsOf(table, sandbox.served(`/${table.parent}`));
    expect(items.length).toBeGreaterThan(20);
    expect(comparable(run.records(table.name))).toEqual(comparable(items));
    expect(run.statuses(table.name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(cursorOf(run, table.name)).toBeGreaterThan(0);
  });

  test.each(tables)('$name: the key is (parent id, index), and tells its rows apart', ({ name, key }) => {
    const stream = catalog.find((found) => found['name'] === name);
    expect(stream).toMatchObject({
      source_defined_primary_key: [[key], ['index']],
      default_cursor_field: ['updated_at'],
      source_defined_cursor: true,
      is_resumable: true,
      supported_sync_modes: ['full_refresh', 'incremental'],
      json_schema: { properties: { [key]: { type: 'integer' }, index: { type: 'integer' } } },
    });
    const rows = run.records(name);
    expect(new Set(rows.map((row) => JSON.stringify([row[key], row['index']]))).size).toBe(rows.length);
  });

  test.each(tables)('$name: every column that comes is declared', ({ name }) => {
    const stream = catalog.find((found) => found['name'] === name) as { json_schema: JsonObject } | undefined;
    const declared = Object.keys((stream?.json_schema['properties'] ?? {}) as JsonObject);
    for (const row of run.records(name)) expect(declared).toEqual(expect.arrayContaining(Object.keys(row)));
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
      for (const { name } of childrenOf(parent))
        expect(together.lastState(name)).toEqual(together.lastState(parent));
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

  test('a child added later gets all of it; the parent emits from its own cursor alone', async () => {
    const first = await sync(configFor(sandbox), { streams: ['orders'] });
    const saved = cursorOf(first, 'orders');
    const until = sandbox.requests.length;
    const second = await sync(configFor(sandbox), { streams: ['orders', 'order_line_items'], state: first });
    const due = rows().filter((row) => at(row) >= saved);
    expect(comparable(second.records('orders')).length).toBe(due.length);
    const [table] = tables.filter(({ name }) => name === 'order_line_items');
    expect(comparable(second.records('order_line_items'))).toEqual(
      comparable(table === undefined ? [] : itemsOf(table, rows())),
    );
    const pages = Math.ceil(rows().length / 250);
    expect(requests('/orders', until).length).toBeLessThanOrEqual(pages + 1);
    expect(second.lastState('order_line_items')).toEqual(second.lastState('orders'));
    expect(second.exitCode).toBe(0);
  });

  test('each goes on from its own, whichever is ahead', async () => {
    const all = rows();
    const [early, late] = [at(all[100]), at(all[400])];
    const run = await sync(configFor(sandbox), {
      streams: ['orders', 'order_line_items', 'order_tax_lines'],
      state: { orders: { updated_at: utc(late) }, order_line_items: { updated_at: utc(early) } },
    });
    const [lines, taxes] = ['order_line_items', 'order_tax_lines'].map((name) =>
      tables.find((table) => table.name === name),
    );
    const from = (instant: number) => all.filter((row) => at(row) >= instant);
    expect(run.records('orders')).toHaveLength(from(late).length);
    expect(comparable(run.records('order_line_items'))).toEqual(
      comparable(lines === undefined ? [] : itemsOf(lines, from(early))),
    );
    expect(comparable(run.records('order_tax_lines'))).toEqual(
      comparable(taxes === undefined ? [] : itemsOf(taxes, all)),
    );
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

describe('a listing that fails', () => {
  test('fails each of its streams, and each goes on from its own last state', async () => {
    const streams = ['charges', 'charge_line_items', 'customers'];
    const broken = await startSandbox({ token: quickToken, size: { orders: 600, customers: 300 } });
    broken.failNext('error503', 1_000, ({ path, query }) => path === '/charges' && query.has('cursor'));
    const failed = await sync(configFor(broken), { streams, env: impatient });
    await broken.close();
    for (const name of ['charges', 'charge_line_items'])
      expect(failed.statuses(name)).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE']);
    expect(failed.statuses('customers').at(-1)).toBe('COMPLETE');
    expect(new Set(failed.errors().map((error) => error.stream_descriptor?.name))).toEqual(
      new Set(['charge_line_items', 'charges']),
    );
    expect(failed.exitCode).toBe(1);
  });

  test('a token without the scope: each is refused, with the scope in its message', async () => {
    const closed = await startSandbox({ token: quickToken, scopes: ['read_customers'] });
    const run = await sync(configFor(closed), { streams: ['order_line_items', 'order_tax_lines'] });
    await closed.close();
    expect(
      run.errors().map(({ failure_type, message }) => [failure_type, /read_orders/.test(message)]),
    ).toEqual([
      ['config_error', true],
      ['config_error', true],
    ]);
    expect(run.exitCode).toBe(1);
  });

  test('killed in the middle: the next sync brings the rest of each', async () => {
    const streams = ['orders', 'order_line_items', 'order_tax_lines'];
    let states = 0;
    sandbox.setLatency(50);
    const killed = await sync(configFor(sandbox), {
      streams,
      cutShort: true,
      onLine: (line, child) => {
        if (line.startsWith('{"type":"STATE"') && ++states === 4) child.kill('SIGKILL');
      },
    });
    sandbox.setLatency(0);
    const resumed = await sync(configFor(sandbox), { streams, state: killed });
    const all = sandbox.served('/orders');
    for (const table of childrenOf('orders').filter(({ name }) => streams.includes(name))) {
      const rows = [...killed.records(table.name), ...resumed.records(table.name)];
      expect([...new Set(comparable(rows))]).toEqual(comparable(itemsOf(table, all)));
    }
    const ids = [...killed.records('orders'), ...resumed.records('orders')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(all.length);
  });
});

describe('streams of one listing in different sync modes', () => {
  const all = () => sandbox.served('/orders');
  const streams = ['orders', 'order_line_items', 'order_tax_lines'];

  test('a full refresh of the parent begins anew, its table goes on from its state, for one listing', async () => {
    const first = await sync(configFor(sandbox), { streams });
    const until = sandbox.requests.length;
    const run = await sync(configFor(sandbox), {
      streams,
      syncMode: { orders: 'full_refresh' },
      state: first.states().filter(({ stream }) => stream.stream_descriptor.name !== 'orders'),
    });
    expect(run.records('orders')).toHaveLength(all().length);
    for (const name of ['order_line_items', 'order_tax_lines']) {
      const table = tables.find((one) => one.name === name) as (typeof tables)[number];
      const saved = cursorOf(first, name);
      const due = all().filter((row) => timeOf(row['updated_at']) >= saved);
      expect(comparable(run.records(name))).toEqual(comparable(itemsOf(table, due)));
    }
    expect(requests('/orders', until).length).toBeLessThanOrEqual(Math.ceil(all().length / 250) + 1);
    for (const name of streams) {
      expect(run.statuses(name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
      expect(cursorOf(run, name)).toBeGreaterThanOrEqual(cursorOf(first, name));
    }
    expect(run.exitCode).toBe(0);
  });

  test('a full refresh of a table leaves its parent where it was', async () => {
    const first = await sync(configFor(sandbox), { streams });
    const run = await sync(configFor(sandbox), {
      streams,
      syncMode: { order_line_items: 'full_refresh' },
      state: first.states().filter(({ stream }) => stream.stream_descriptor.name !== 'order_line_items'),
    });
    const table = tables.find(({ name }) => name === 'order_line_items') as (typeof tables)[number];
    expect(comparable(run.records('order_line_items'))).toEqual(comparable(itemsOf(table, all())));
    const saved = cursorOf(first, 'orders');
    const due = all().filter((row) => timeOf(row['updated_at']) >= saved);
    expect(run.records('orders')).toHaveLength(due.length);
    expect(run.exitCode).toBe(0);
  });
});

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
      expect([run.exitCode, warnings(run)]).toEqual([0, []]);
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

describe('the tables of orders with use_orders_deprecated_api', () => {
  test('have the items as version 2021-01 sends them, each column declared, for no request more', async () => {
    const ofOrders = childrenOf('orders');
    const old = configFor(sandbox, { use_orders_deprecated_api: true });
    const start = sandbox.requests.length;
    const alone = await sync(old, { streams: ['orders'] });
    const middle = sandbox.requests.length;
    const run = await sync(old, { streams: ['orders', ...namesOf(ofOrders)] });
    const asked = (from: number, to?: number) => sandbox.requests.slice(from, to).map(({ query }) => query);
    expect(asked(middle)).toEqual(asked(start, middle));
    const discovered = await runConnector(['discover'], { files: { config: old } });
    const catalog = discovered.of('CATALOG').flatMap((message) => message.catalog.streams);
    const orders = [...new Map(alone.records('orders').map((row) => [row['id'], row])).values()];
    for (const table of ofOrders) {
      const rows = run.records(table.name);
      const items = itemsOf(table, orders);
      expect([table.name, items.length > 20]).toEqual([table.name, true]);
      expect(new Set(comparable(rows))).toEqual(new Set(comparable(items)));
      const stream = catalog.find(({ name }) => name === table.name);
      const declared = Object.keys((stream?.json_schema['properties'] ?? {}) as JsonObject);
      for (const row of rows) expect(declared).toEqual(expect.arrayContaining(Object.keys(row)));
    }
    expect(run.lastState('order_discounts')).toEqual(run.lastState('orders'));
    expect([run.exitCode, warnings(run)]).toEqual([0, []]);
  });
});

describe('lists that are none', () => {
  test('text is read as JSON, an object is its one item, and an item that is no object is kept', async () => {
    const front = await startFront(sandbox, async (_, pass) =>
      withRows(await pass(), 'orders', (rows) =>
        rows.map((row, index) => ({
          ...row,
          tax_lines: [
            '[{"title":"VAT","rate":0.2}]',
            null,
            { odd: 1 },
            ['odd', { title: 'second', rate: '1' }],
          ][index % 4],
        })),
      ),
    );
    const run = await sync(configFor(front), { streams: ['order_tax_lines', 'orders'] });
    await front.close();
    const rows = run.records('order_tax_lines');
    const orders = sandbox.served('/orders').length;
    expect(rows.filter(({ title }) => title === 'VAT').length).toBeGreaterThan(orders / 5);
    expect(rows.filter(({ title }) => title === 'VAT').every(({ rate }) => rate === '0.2')).toBe(true);
    expect(rows.filter(({ title }) => title === 'second').every(({ index }) => index === 1)).toBe(true);
    expect(rows.filter(({ index, title }) => index === 0 && title === undefined).length).toBeGreaterThan(0);
    const odd = run.records('orders').filter(({ tax_lines: lines }) => (lines as unknown[])?.[0] === null);
    expect(odd.length).toBeGreaterThan(orders / 5);
    for (const { id, _ab_additional_properties: kept } of odd) {
      const [own] = rows.filter(({ order_id, index }) => order_id === id && index === 0);
      expect([kept, own?.['_ab_additional_properties']]).toEqual([
        { 'tax_lines[0]': 'odd' },
        { 'tax_lines[0]': 'odd' },
      ]);
    }
    const single = rows.filter(({ _ab_additional_properties: kept }) => (kept as ApiRow)?.['odd'] === 1);
    expect(single.length).toBeGreaterThan(orders / 5);
    expect(warnings(run)).toContainEqual(
      expect.stringMatching(/^WARN order_tax_lines: an item of a record's tax_lines is no object/),
    );
    expect(run.records('orders')).toHaveLength(orders);
    expect(run.exitCode).toBe(0);
  });
});
