import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import {
  childrenOf,
  comparable,
  expectAnew,
  expectItems,
  expectOneListing,
  itemsOf,
  namesOf,
  requestsTo,
  storeOfParents,
  tables,
} from './children.fixture.ts';
import { configFor, cursorOf, quickToken, sync, utc } from './connection.ts';
import { changedAt } from './expectations.ts';
import type { ApiRow } from './front.ts';

const sandbox = await storeOfParents();

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
  test('charges: the same requests with all its children as without, and the same rows', () =>
    expectOneListing(sandbox, 'charges'));

  test('nothing new costs one request for all of them', async () => {
    const streams = ['charges', ...namesOf(childrenOf('charges'))];
    const first = await sync(configFor(sandbox), { streams });
    const until = sandbox.requests.length;
    await sync(configFor(sandbox), { streams, state: first });
    expect(requestsTo(sandbox, '/charges', until)).toHaveLength(1);
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
    expect(requestsTo(sandbox, '/orders', until).length).toBeLessThanOrEqual(Math.ceil(all.length / 250) + 3);
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

test('a full refresh of order_line_items begins anew, what it shares its listing with goes on from its state', () =>
  expectAnew(sandbox, 'order_line_items'));

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
