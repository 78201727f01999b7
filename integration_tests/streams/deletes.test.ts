import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { isObject } from '../../sandbox/json.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, openStore, sharedStore, sync, syncThrough, timeOf, utc } from './connection.ts';
import { deletable as streams, isTombstone, removeFirst, spared } from './deletable.ts';
import { changedAt, heldAfter, rowsOf, type StreamName } from './expectations.ts';
import { type ApiRow, type Change, json } from './front.ts';
import { impatient } from './impatience.ts';
import { queryOfDocs, select } from './warehouse.ts';

const day = 86_400_000;
const capture = { capture_deletes: true };

const tombstones = (run: Run, stream: string) => run.records(stream).filter(isTombstone);
const stateKeys = (run: Run, stream: string) => Object.keys(run.lastState(stream) ?? {});
const idsOf = (rows: readonly ApiRow[]) => rows.map(({ id }) => Number(id)).toSorted((a, b) => a - b);
const served = (of: Sandbox, stream: StreamName) => idsOf(rowsOf(of, stream));
const warnings = (run: Run) => run.warnings().filter((line) => !/older than 90/.test(line));
/** A destination takes the record of a tombstone out of its table. */
const tableAfter = (stream: string, ...runs: readonly Run[]) =>
  heldAfter(stream, ...runs).filter((row) => !isTombstone(row));

/** The queries of the requests for events since so many requests. */
const eventRequests = (of: Sandbox, from = 0) =>
  of.requests
    .slice(from)
    .filter(({ path }) => path === '/events')
    .map(({ query }) => new URLSearchParams(query));

/** A front whose events are another answer. */
const events =
  (answer: Awaited<ReturnType<Change>>): Change =>
  async ({ path }, pass) =>
    path === '/events' ? answer : pass();

const sandbox = await sharedStore();
const first = await sync(configFor(sandbox, capture), { streams });

describe('with capture_deletes', () => {
  test('what is deleted between two syncs is gone from the tables, for one request more in all', async () => {
    expect(eventRequests(sandbox)).toHaveLength(1);
    const removed = removeFirst(sandbox, spared);
    const until = sandbox.requests.length;
    const second = await sync(configFor(sandbox, capture), { streams, state: first });
    const saved = first.lastState('orders')?.['deleted_at'];
    expect(timeOf(saved)).toBeGreaterThan(Date.now() - 2 * day);
    expect(
      eventRequests(sandbox, until).map((query) => [query.get('verbs'), query.get('created_at_min')]),
    ).toEqual([['deleted', saved]]);
    for (const stream of spared) {
      const [row] = tombstones(second, stream).filter(({ id }) => id === removed.get(stream));
      expect([stream, Object.keys(row ?? {})]).toEqual([stream, ['id', 'updated_at', '_ab_cdc_deleted_at']]);
      expect(Math.abs(timeOf(row?.['_ab_cdc_deleted_at']) - Date.now())).toBeLessThan(600_000);
      expect([stream, changedAt(row ?? {})]).toEqual([stream, timeOf(row?.['_ab_cdc_deleted_at'])]);
    }
    for (const stream of streams) {
      for (const run of [first, second]) expect(stateKeys(run, stream)).toEqual(['updated_at', 'deleted_at']);
      expect([stream, idsOf(tableAfter(stream, first, second))]).toEqual([stream, served(sandbox, stream)]);
    }
    expect([first.exitCode, second.exitCode, warnings(first), warnings(second)]).toEqual([0, 0, [], []]);
  });

  test('a row that was written after its deletion stands above its tombstone, in whatever sync either comes', async () => {
    const kept = served(sandbox, 'customers')[0] ?? Number.NaN;
    const deletion = { id: 1, verb: 'deleted', object_type: 'customer', object_id: kept };
    const told = events(
      json({ next_cursor: null, events: [{ ...deletion, created_at: utc(Date.now() - 3_600_000) }] }),
    );
    sandbox.update('customers', kept);
    const next = (state: Run) => syncThrough(sandbox, told, { streams: ['customers'], state }, capture);
    const second = await next(first);
    const third = await next(second);
    expect(idsOf(tombstones(second, 'customers'))).toEqual([kept]);
    expect(idsOf(tableAfter('customers', first, second, third))).toContain(kept);
  });

  test('a token without read_events: one WARN for the whole sync, no tombstones, and all else as ever', async () => {
    const closed: Change = async ({ path }, pass) => {
      if (path === '/events') return { status: 403, headers: {}, body: '<html>No scope</html>' };
      const answer = await pass();
      return { ...answer, body: answer.body.replace('"read_events"', '"read_nothing"') };
    };
    const run = await syncThrough(sandbox, closed, { streams, state: first }, capture);
    expect(warnings(run)).toEqual([expect.stringMatching(/^WARN capture_deletes: .*403.*read_events/)]);
    for (const stream of streams) {
      expect([stream, tombstones(run, stream), run.statuses(stream).at(-1)]).toEqual([
        stream,
        [],
        'COMPLETE',
      ]);
      expect(run.lastState(stream)?.['deleted_at']).toBe(first.lastState(stream)?.['deleted_at']);
    }
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
  });

  test('events that cannot be had fail the streams that want them, after what their listings brought', async () => {
    const down = events({ status: 503, headers: {}, body: '' });
    const run = await syncThrough(
      sandbox,
      down,
      { streams: ['orders', 'order_line_items', 'shop'], env: impatient },
      capture,
    );
    // It has no tombstones to wait for.
    expect(run.statuses('order_line_items').at(-1)).toBe('COMPLETE');
    expect(run.errors()).toMatchObject([
      { failure_type: 'transient_error', stream_descriptor: { name: 'orders' } },
    ]);
    expect(run.records('orders')).toHaveLength(rowsOf(sandbox, 'orders').length);
    expect(stateKeys(run, 'orders')).toEqual(['updated_at']);
    expect([run.statuses('shop').at(-1), run.exitCode]).toEqual(['COMPLETE', 1]);
  });

  test('a saved cursor from before the seven days is a gap, with its ends in a WARN; one that is no time fails its stream alone', async () => {
    const saved = { updated_at: utc(Date.now() - 20 * day), deleted_at: utc(Date.now() - 20 * day) };
    const run = await sync(configFor(sandbox, capture), {
      streams: ['orders', 'customers', 'order_discounts'],
      state: { orders: saved, customers: { ...saved, deleted_at: 'yesterday' } },
    });
    expect(warnings(run)).toEqual([
      expect.stringMatching(
        `^WARN orders: deletions from ${saved.deleted_at.replaceAll('+', '\\+')} to .* are missing`,
      ),
    ]);
    expect(run.errors()).toMatchObject([
      {
        failure_type: 'config_error',
        stream_descriptor: { name: 'customers' },
        message: expect.stringMatching(/deleted_at is not a time/),
      },
    ]);
    for (const stream of ['orders', 'order_discounts']) expect(run.statuses(stream).at(-1)).toBe('COMPLETE');
  });

  test('a full refresh has what is there; an onetime may still be listed, as cancelled: no tombstones, no request for them', async () => {
    const until = sandbox.requests.length;
    sandbox.remove('onetimes', Number(rowsOf(sandbox, 'onetimes')[0]?.['id']));
    const syncMode = Object.fromEntries(streams.map((stream) => [stream, 'full_refresh'] as const));
    const run = await sync(configFor(sandbox, capture), { streams: [...streams, 'onetimes'], syncMode });
    expect([run.exitCode, eventRequests(sandbox, until)]).toEqual([0, []]);
    for (const stream of [...streams, 'onetimes']) {
      expect(tombstones(run, stream)).toEqual([]);
      expect(stateKeys(run, stream)).toEqual(['updated_at']);
    }
  });

  test('every deletion that the API serves comes at first, and a state without the cursor is such a first', async () => {
    const many = await openStore({ size: { events: 1_200 } });
    const plain = await sync(configFor(many), { streams: ['charges', 'customers'] });
    const run = await sync(configFor(many, capture), { streams: ['charges', 'customers'], state: plain });
    for (const [stream, type] of [
      ['charges', 'charge'],
      ['customers', 'customer'],
    ] as const) {
      const deletions = many.served(`/events?verbs=deleted&object_type=${type}`);
      expect(deletions.length).toBeGreaterThan(50);
      expect(new Set(idsOf(tombstones(run, stream)))).toEqual(
        new Set(deletions.map(({ object_id }) => Number(object_id))),
      );
    }
    expect(warnings(run)).toEqual([]);
    const charges = many.requests.findLast(({ path }) => path === '/charges');
    expect(new URLSearchParams(charges?.query).get('updated_at_min')).toBe(
      plain.lastState('charges')?.['updated_at'],
    );
  });

  test('a charge that leaves the listing for its age is never taken for deleted', async () => {
    const old = await openStore({ size: { events: 0 } });
    const before = await sync(configFor(old, capture), { streams: ['charges'] });
    old.advance(20 * day);
    const after = await sync(configFor(old, capture), { streams: ['charges'], state: before });
    const listed = new Set(served(old, 'charges'));
    const gone = idsOf(before.records('charges')).filter((id) => !listed.has(id));
    expect(gone.length).toBeGreaterThan(5);
    expect(tombstones(after, 'charges').filter(({ id }) => gone.includes(Number(id)))).toEqual([]);
    expect(after.exitCode).toBe(0);
  });

  test('where rows have times without zone, tombstones have them too', async () => {
    const store = await openStore({ size: { events: 400 } });
    const names = ['orders', 'metafields_customer'] as const;
    const config = configFor(store, { ...capture, use_orders_deprecated_api: true });
    const before = await sync(config, { streams: names });
    removeFirst(store, names);
    const after = await sync(config, { streams: names, state: before });
    for (const stream of names) {
      const [row] = tombstones(after, stream).slice(-1);
      expect(row?.['updated_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(Math.abs(changedAt(row ?? {}) - Date.now())).toBeLessThan(600_000);
      expect(idsOf(tableAfter(stream, before, after))).toEqual(
        stream === 'orders' ? idsOf(store.served('/orders')) : served(store, stream),
      );
    }
  });

  test('the query of docs/recharge.md gives the items of a table that are current', async () => {
    const store = await openStore({ chargeWindowDays: null });
    const names = ['charges', 'charge_line_items'];
    const before = await sync(configFor(store, capture), { streams: names });
    const itemsOf = (row: ApiRow) => row['line_items'] as ApiRow[];
    const [shrunk = Number.NaN, gone = Number.NaN] = idsOf(
      rowsOf(store, 'charges').filter((row) => itemsOf(row).length > 1),
    );
    store.update('charges', shrunk, { line_items: [] });
    store.remove('charges', gone);
    const after = await sync(configFor(store, capture), { streams: names, state: before });
    const tables = Object.fromEntries(names.map((name) => [name, tableAfter(name, before, after)]));
    const columns = {
      charges: ['id', 'updated_at'],
      charge_line_items: ['charge_id', 'index', 'updated_at'],
    };
    const current = select(await queryOfDocs('SELECT items'), columns, tables);
    const items = rowsOf(store, 'charges').flatMap(itemsOf);
    expect(current).toHaveLength(items.length);
    expect(tables['charge_line_items']?.length).toBeGreaterThan(items.length + 2);
    expect(current.filter(({ charge_id }) => [shrunk, gone].includes(Number(charge_id)))).toEqual([]);
  });
});

test('without capture_deletes: no tombstones, no request for events, and a state as it ever was', async () => {
  const until = sandbox.requests.length;
  const run = await sync(configFor(sandbox), { streams, state: first });
  expect([run.exitCode, eventRequests(sandbox, until)]).toEqual([0, []]);
  for (const stream of streams) {
    expect(tombstones(run, stream)).toEqual([]);
    expect(stateKeys(run, stream)).toEqual(['updated_at']);
  }
});

test('_ab_cdc_deleted_at is declared with capture_deletes alone, where tombstones can come', async () => {
  const declared = async (more: object) => {
    const run = await runConnector(['discover'], { files: { config: { ...configFor(sandbox), ...more } } });
    return run.of('CATALOG').flatMap(({ catalog }) =>
      catalog.streams.flatMap(({ name, json_schema: { properties } }) => {
        const property = isObject(properties) ? properties['_ab_cdc_deleted_at'] : undefined;
        return property === undefined ? [] : [[name, property] as const];
      }),
    );
  };
  const time = {
    type: ['null', 'string'],
    format: 'date-time',
    airbyte_type: 'timestamp_with_timezone',
  };
  expect(await declared({})).toEqual([]);
  expect(Object.fromEntries(await declared(capture))).toEqual(
    Object.fromEntries(streams.map((name) => [name, time])),
  );
});
