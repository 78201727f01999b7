import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { fromEastern, parseRowTime } from '../../sandbox/data/times.ts';
import { runConnector } from '../harness/run-connector.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, quickToken, sync, timeOf, utc } from './connection.ts';
import { type Deletable, deletable as streams, isTombstone, removeFirst, spared } from './deletable.ts';
import { rowsOf, type StreamName } from './expectations.ts';
import { type ApiRow, json, startFront, withRows } from './front.ts';
import { impatient } from './impatience.ts';

const day = 86_400_000;
const capture = { capture_deletes: true };

let sandbox: Sandbox;
afterEach(() => sandbox.close());
const start = async (options: SandboxOptions = {}) => {
  sandbox = await startSandbox({ token: quickToken, ...options });
};

const tombstones = (run: Run, stream: string) => run.records(stream).filter(isTombstone);
const idsOf = (rows: readonly ApiRow[]) => rows.map(({ id }) => Number(id));
const eventRequests = (from = 0) => sandbox.requests.slice(from).filter(({ path }) => path === '/events');
const warnings = (run: Run) =>
  run.logs().filter((line) => line.startsWith('WARN') && !/older than 90/.test(line));

const removeOne = (names: readonly Deletable[]) => removeFirst(sandbox, names);

const instantOf = (row: ApiRow) =>
  (parseRowTime(String(row['updated_at']), fromEastern) ?? Number.NaN) * 1000;

/** What a destination with deduplication holds after these syncs: the newest of each key, unless that is a tombstone. */
function tableAfter(stream: string, ...runs: readonly Run[]): number[] {
  const newest = new Map<unknown, ApiRow>();
  for (const row of runs.flatMap((run) => run.records(stream))) {
    const known = newest.get(row['id']);
    if (known === undefined || instantOf(row) >= instantOf(known)) newest.set(row['id'], row);
  }
  return idsOf([...newest.values()].filter((row) => !isTombstone(row))).toSorted((a, b) => a - b);
}
const served = (stream: StreamName) => idsOf(rowsOf(sandbox, stream)).toSorted((a, b) => a - b);

describe('with capture_deletes', () => {
  test('an onetime that is said to be deleted gets no tombstone: the listing may still have it, as cancelled', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams: ['onetimes'] });
    sandbox.remove('onetimes', Number(rowsOf(sandbox, 'onetimes')[0]?.['id']));
    const second = await sync(configFor(sandbox, capture), { streams: ['onetimes'], state: first });
    expect([...tombstones(first, 'onetimes'), ...tombstones(second, 'onetimes')]).toEqual([]);
    expect([second.exitCode, eventRequests()]).toEqual([0, []]);
  });

  test('what is deleted between two syncs is gone from the tables, for one request more in all', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams });
    expect(eventRequests()).toHaveLength(1);
    const removed = removeOne(spared);
    const until = sandbox.requests.length;
    const second = await sync(configFor(sandbox, capture), { streams, state: first });
    expect(eventRequests(until).map(({ query }) => new URLSearchParams(query).get('verbs'))).toEqual([
      'deleted',
    ]);
    for (const stream of spared) {
      const [row] = tombstones(second, stream).filter(({ id }) => id === removed.get(stream));
      expect([stream, Object.keys(row ?? {})]).toEqual([stream, ['id', 'updated_at', '_ab_cdc_deleted_at']]);
      expect(Math.abs(timeOf(row?.['_ab_cdc_deleted_at']) - Date.now())).toBeLessThan(600_000);
      expect([stream, instantOf(row ?? {})]).toEqual([stream, timeOf(row?.['_ab_cdc_deleted_at'])]);
    }
    for (const stream of streams)
      expect([stream, tableAfter(stream, first, second)]).toEqual([stream, served(stream)]);
    expect([first.exitCode, second.exitCode, warnings(first), warnings(second)]).toEqual([0, 0, [], []]);
  });

  test('the state has the cursor of the events beside its own, and the next sync asks from there on', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams });
    const until = sandbox.requests.length;
    const second = await sync(configFor(sandbox, capture), { streams, state: first });
    const saved = first.lastState('orders')?.['deleted_at'];
    expect(timeOf(saved)).toBeGreaterThan(Date.now() - 2 * day);
    for (const stream of streams)
      for (const run of [first, second])
        expect(Object.keys(run.lastState(stream) ?? {})).toEqual(['updated_at', 'deleted_at']);
    expect(new URLSearchParams(eventRequests(until)[0]?.query).get('created_at_min')).toBe(saved);
    for (const stream of streams)
      expect(tombstones(second, stream).length).toBeLessThanOrEqual(tombstones(first, stream).length);
  });

  test('every deletion that the API serves comes at first, and a state without the cursor is such a first', async () => {
    await start({ size: { events: 1_200 } });
    const plain = await sync(configFor(sandbox), { streams: ['charges', 'customers'] });
    const run = await sync(configFor(sandbox, capture), { streams: ['charges', 'customers'], state: plain });
    for (const [stream, type] of [
      ['charges', 'charge'],
      ['customers', 'customer'],
    ] as const) {
      const events = sandbox.served(`/events?verbs=deleted&object_type=${type}`);
      expect(events.length).toBeGreaterThan(50);
      expect(new Set(idsOf(tombstones(run, stream)))).toEqual(
        new Set(events.map((event) => Number(event['object_id']))),
      );
    }
    expect(warnings(run)).toEqual([]);
    expect(
      new URLSearchParams(sandbox.requests.findLast(({ path }) => path === '/charges')?.query).get(
        'updated_at_min',
      ),
    ).toBe(plain.lastState('charges')?.['updated_at']);
  });

  test('a stream added later costs one listing of its own; the others read on', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams: ['orders', 'customers'] });
    const until = sandbox.requests.length;
    const run = await sync(configFor(sandbox, capture), {
      streams: ['orders', 'customers', 'charges'],
      state: first,
    });
    expect(eventRequests(until).length).toBeLessThanOrEqual(2);
    expect(tombstones(run, 'charges').length).toBeGreaterThan(tombstones(run, 'orders').length);
  });

  test('deleted while the listing is read: its tombstone comes behind the row', async () => {
    await start();
    const removed = Promise.withResolvers<number>();
    const front = await startFront(sandbox, async ({ path }, pass) => {
      if (path === '/events') await removed.promise;
      return pass();
    });
    let isFirst = true;
    const run = await sync(configFor(front, capture), {
      streams: ['orders'],
      onLine: (line) => {
        if (!isFirst || !line.startsWith('{"type":"RECORD"')) return;
        isFirst = false;
        const id = Number((JSON.parse(line) as { record: { data: ApiRow } }).record.data['id']);
        sandbox.remove('orders', id);
        removed.resolve(id);
      },
    });
    await front.close();
    const id = await removed.promise;
    const mine = run.records('orders').filter((row) => row['id'] === id);
    expect(mine.map(isTombstone)).toEqual([false, true]);
    expect(tableAfter('orders', run)).toEqual(served('orders'));
    expect(run.exitCode).toBe(0);
  });

  test('killed between the listing and the tombstones: they come with the next sync', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams: ['orders', 'order_line_items'] });
    const removed = removeOne(['orders']).get('orders');
    let kill = () => {};
    const front = await startFront(sandbox, async ({ path }, pass) => {
      if (path !== '/events') return pass();
      kill();
      return json({ events: [] });
    });
    const killed = await sync(configFor(front, capture), {
      streams: ['orders', 'order_line_items'],
      state: first,
      cutShort: true,
      onStart: (child) => {
        kill = () => child.kill('SIGKILL');
      },
    });
    await front.close();
    expect([killed.signal, tombstones(killed, 'orders')]).toEqual(['SIGKILL', []]);
    expect(killed.lastState('orders')?.['deleted_at']).toBe(first.lastState('orders')?.['deleted_at']);
    const resumed = await sync(configFor(sandbox, capture), {
      streams: ['orders', 'order_line_items'],
      state: killed,
    });
    expect(idsOf(tombstones(resumed, 'orders'))).toContain(removed);
    expect(tableAfter('orders', first, killed, resumed)).toEqual(served('orders'));
    expect(tombstones(resumed, 'order_line_items')).toEqual([]);
  });

  test('a row that was written after its deletion stands above its tombstone, in whatever sync either comes', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams: ['customers'] });
    const [kept] = served('customers');
    const back = await startFront(sandbox, async ({ path }, pass) =>
      path === '/events'
        ? json({
            next_cursor: null,
            events: [
              {
                id: 1,
                verb: 'deleted',
                object_type: 'customer',
                object_id: kept,
                created_at: utc(Date.now() - 3_600_000),
              },
            ],
          })
        : pass(),
    );
    sandbox.update('customers', Number(kept));
    const second = await sync(configFor(back, capture), { streams: ['customers'], state: first });
    const third = await sync(configFor(back, capture), { streams: ['customers'], state: second });
    await back.close();
    expect(idsOf(tombstones(second, 'customers'))).toEqual([kept]);
    expect(tableAfter('customers', first, second, third)).toEqual(served('customers'));
  });

  test('a charge that leaves the listing for its age is never taken for deleted', async () => {
    await start({ size: { events: 0 } });
    const first = await sync(configFor(sandbox, capture), { streams: ['charges'] });
    const before = served('charges');
    sandbox.advance(20 * day);
    const second = await sync(configFor(sandbox, capture), { streams: ['charges'], state: first });
    const gone = before.filter((id) => !served('charges').includes(id));
    expect(gone.length).toBeGreaterThan(5);
    expect(idsOf(tombstones(second, 'charges')).filter((id) => gone.includes(id))).toEqual([]);
    expect(second.exitCode).toBe(0);
  });

  test('where rows have times without zone, tombstones have them too', async () => {
    await start({ size: { events: 400 } });
    const old = { ...capture, use_orders_deprecated_api: true };
    const first = await sync(configFor(sandbox, old), { streams: ['orders', 'metafields_customer'] });
    removeOne(['orders', 'metafields_customer']);
    const second = await sync(configFor(sandbox, old), {
      streams: ['orders', 'metafields_customer'],
      state: first,
    });
    for (const stream of ['orders', 'metafields_customer'] as const) {
      const [row] = tombstones(second, stream).slice(-1);
      expect(row?.['updated_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(Math.abs(instantOf(row ?? {}) - Date.now())).toBeLessThan(600_000);
      expect(tableAfter(stream, first, second)).toEqual(
        stream === 'orders' ? idsOf(sandbox.served('/orders')).toSorted((a, b) => a - b) : served(stream),
      );
    }
  });

  test('a token without read_events: one WARN for the whole sync, no tombstones, and all else as ever', async () => {
    await start();
    const first = await sync(configFor(sandbox, capture), { streams });
    const closed = await startFront(sandbox, async ({ path }, pass) =>
      path === '/events' ? { status: 403, headers: {}, body: '{"error":"no scope"}' } : pass(),
    );
    const run = await sync(configFor(closed, capture), { streams, state: first });
    await closed.close();
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

  test('events that cannot be had fail the streams that want them, behind what their listings brought', async () => {
    await start();
    sandbox.failNext('error503', 1_000, '/events');
    const run = await sync(configFor(sandbox, capture), {
      streams: ['orders', 'order_line_items', 'shop'],
      env: impatient,
    });
    // It has no tombstones to wait for.
    expect(run.statuses('order_line_items').at(-1)).toBe('COMPLETE');
    expect(run.errors()).toMatchObject([
      { failure_type: 'transient_error', stream_descriptor: { name: 'orders' } },
    ]);
    expect(run.records('orders')).toHaveLength(rowsOf(sandbox, 'orders').length);
    expect(Object.keys(run.lastState('orders') ?? {})).toEqual(['updated_at']);
    expect([run.statuses('shop').at(-1), run.exitCode]).toEqual(['COMPLETE', 1]);
  });

  test('a saved cursor from before the seven days is a gap: WARN with its ends', async () => {
    await start();
    const saved = { updated_at: utc(Date.now() - 20 * day), deleted_at: utc(Date.now() - 20 * day) };
    const run = await sync(configFor(sandbox, capture), { streams: ['orders'], state: { orders: saved } });
    expect(warnings(run)).toEqual([
      expect.stringMatching(
        `^WARN orders: deletions from ${saved.deleted_at.replaceAll('+', '\\+')} to .* are missing`,
      ),
    ]);
    expect(cursorOf(run, 'orders')).toBeGreaterThan(0);
  });

  test('a cursor of the events that is no time fails its stream alone, with a sentence', async () => {
    await start();
    const state = { orders: { updated_at: utc(Date.now()), deleted_at: 'yesterday' } };
    const run = await sync(configFor(sandbox, capture), { streams: ['orders', 'order_discounts'], state });
    expect(run.errors()).toMatchObject([
      {
        failure_type: 'config_error',
        stream_descriptor: { name: 'orders' },
        message: expect.stringMatching(/deleted_at is not a time/),
      },
    ]);
    expect(run.statuses('order_discounts').at(-1)).toBe('COMPLETE');
  });

  test('ids with their digits as text are told like others', async () => {
    await start();
    const front = await startFront(sandbox, async ({ path }, pass) => {
      const answer = await pass();
      if (path !== '/events') return answer;
      return withRows(answer, 'events', (rows) =>
        rows.map((row) => ({ ...row, object_id: String(row['object_id']) })),
      );
    });
    const run = await sync(configFor(front, capture), { streams: ['charges', 'deleted_records'] });
    await front.close();
    const events = sandbox.served('/events?verbs=deleted');
    const due = events.filter(({ object_type }) => object_type === 'charge');
    expect(due.length).toBeGreaterThan(0);
    expect(new Set(idsOf(tombstones(run, 'charges')))).toEqual(
      new Set(due.map(({ object_id }) => object_id)),
    );
    expect(new Set(run.records('deleted_records').map(({ object_id }) => object_id))).toEqual(
      new Set(events.map(({ object_id }) => object_id)),
    );
    expect([run.exitCode, warnings(run)]).toEqual([0, []]);
  });

  test('an event without a usable id of its object or its time is left out, with a WARN', async () => {
    await start();
    const front = await startFront(sandbox, async ({ path }, pass) => {
      const answer = await pass();
      if (path !== '/events') return answer;
      return withRows(answer, 'events', (rows) =>
        rows.map((row, index) => ({
          ...row,
          object_type: 'order',
          ...[{ object_id: null }, { created_at: 'x' }, { object_id: 'gid' }, { object_id: 1.5 }][index % 4],
        })),
      );
    });
    const run = await sync(configFor(front, capture), { streams: ['orders'] });
    await front.close();
    expect([run.exitCode, tombstones(run, 'orders')]).toEqual([0, []]);
    expect(warnings(run)).toEqual([
      expect.stringMatching(/^WARN orders: an event tells of a deletion without/),
    ]);
  });

  test('a full refresh has what is there: no tombstones, no request for them', async () => {
    await start();
    const run = await sync(configFor(sandbox, capture), { streams, syncMode: 'full_refresh' });
    expect([run.exitCode, eventRequests()]).toEqual([0, []]);
    for (const stream of streams) {
      expect(tombstones(run, stream)).toEqual([]);
      expect(Object.keys(run.lastState(stream) ?? {})).toEqual(['updated_at']);
    }
  });
});

/** A table as a destination with deduplication keeps it: the newest row of each key, without what was deleted. */
function fill(database: DatabaseSync, name: string, key: readonly string[], rows: readonly ApiRow[]): void {
  const cell = (value: unknown) => (typeof value === 'number' ? value : JSON.stringify(value));
  const columns = [...key, 'updated_at'];
  database.exec(`CREATE TABLE ${name} (${columns.join(', ')}, record, PRIMARY KEY (${key.join(', ')}))`);
  const upsert = database.prepare(
    `INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')}, ?) ON CONFLICT DO UPDATE
     SET updated_at = excluded.updated_at, record = excluded.record WHERE excluded.updated_at >= updated_at`,
  );
  for (const row of rows) upsert.run(...columns.map((column) => cell(row[column])), JSON.stringify(row));
  database.exec(`DELETE FROM ${name} WHERE record ->> '_ab_cdc_deleted_at' IS NOT NULL`);
}

test('the query of docs/recharge.md gives the items of a table that are current', async () => {
  const page = await readFile(new URL('../../docs/recharge.md', import.meta.url), 'utf8');
  const query = /```sql\n(.*?)```/s.exec(page)?.[1] ?? '';
  await start({ chargeWindowDays: null });
  const names = ['charges', 'charge_line_items'];
  const first = await sync(configFor(sandbox, capture), { streams: names });
  const several = rowsOf(sandbox, 'charges').filter((row) => (row['line_items'] as ApiRow[]).length > 1);
  const [shrunk, gone] = idsOf(several);
  sandbox.update('charges', Number(shrunk), { line_items: [] });
  sandbox.remove('charges', Number(gone));
  const second = await sync(configFor(sandbox, capture), { streams: names, state: first });
  const both = (name: string) => [first, second].flatMap((run) => run.records(name));
  const database = new DatabaseSync(':memory:');
  fill(database, 'charges', ['id'], both('charges'));
  fill(
    database,
    'charge_line_items',
    ['charge_id', '"index"'],
    both('charge_line_items').map((row) => ({ ...row, '"index"': row['index'] })),
  );
  const count = (sql: string) => database.prepare(sql).all().length;
  const items = rowsOf(sandbox, 'charges').flatMap((row) => row['line_items'] as ApiRow[]);
  expect(count(query)).toBe(items.length);
  expect(count('SELECT * FROM charge_line_items')).toBeGreaterThan(items.length + 2);
  expect(count(`${query} WHERE charges.id IN (${Number(shrunk)}, ${Number(gone)})`)).toBe(0);
});

describe('without capture_deletes', () => {
  test('no tombstones, no request for events, and a state as it ever was', async () => {
    await start();
    const captured = await sync(configFor(sandbox, capture), { streams });
    removeOne(spared);
    const until = sandbox.requests.length;
    const run = await sync(configFor(sandbox), { streams, state: captured });
    expect([run.exitCode, eventRequests(until)]).toEqual([0, []]);
    for (const stream of streams) {
      expect(tombstones(run, stream)).toEqual([]);
      expect(Object.keys(run.lastState(stream) ?? {})).toEqual(['updated_at']);
    }
  });
});

test('_ab_cdc_deleted_at is declared with capture_deletes alone, where tombstones can come', async () => {
  await start();
  const declaring = async (config: object) => {
    const run = await runConnector(['discover'], { files: { config: configFor(sandbox, config as never) } });
    return run
      .of('CATALOG')
      .flatMap(({ catalog }) => catalog.streams)
      .filter(({ json_schema }) => '_ab_cdc_deleted_at' in (json_schema['properties'] as object))
      .map(({ name, json_schema }) => [name, (json_schema['properties'] as ApiRow)['_ab_cdc_deleted_at']]);
  };
  expect(await declaring({})).toEqual([]);
  const captured = await declaring(capture);
  expect(captured.map(([name]) => name)).toEqual(expect.arrayContaining(streams));
  expect(captured.map(([name]) => name)).toHaveLength(15);
  expect(captured[0]?.[1]).toEqual({
    type: ['null', 'string'],
    format: 'date-time',
    airbyte_type: 'timestamp_with_timezone',
  });
});
