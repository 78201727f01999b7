import { beforeAll, describe, expect, test } from 'vitest';
import { RESOURCES } from '../../sandbox/index.ts';
import type { JsonObject } from '../../src/airbyte/index.ts';
import { type Run, stateOf } from '../../src/airbyte/testing/index.ts';
import { configFor, sync, utc, sharedStore, openStore } from './connection.ts';
import { changedAt, expectRows, lasting, rowsOf, sorted } from './expectations.ts';

const listed = lasting;

const sandbox = await sharedStore();

const stateFor = (updated_at: string) => Object.fromEntries(listed.map((name) => [name, { updated_at }]));

describe('a saved cursor in the future [STI-05]', () => {
  let run: Run;
  const future = '2050-01-01T00:00:00+00:00';
  beforeAll(async () => {
    run = await sync(configFor(sandbox), { streams: listed, state: stateFor(future) });
  });

  test('is no failure', () => expect([run.exitCode, run.errors()]).toEqual([0, []]));

  test.each(listed)('%s: stays, with a WARN, and no record comes', (stream) => {
    expect(run.records(stream)).toEqual([]);
    expect(run.states(stream).map(({ stream: { stream_state } }) => stream_state)).toContainEqual({
      updated_at: future,
    });
    expect(new Set(run.states(stream).map((state) => state.stream.stream_state['updated_at'])).size).toBe(1);
    expect(run.warnings().filter((line) => line.startsWith(`WARN ${stream}: `))).toEqual([
      expect.stringMatching(/2050-01-01.* not synced: reset the stream to read it again/),
    ]);
  });
});

describe('a saved cursor never moves back', () => {
  test('when settling_minutes is raised: it stays, with a WARN', async () => {
    const saved = utc(Math.floor(Date.now() / 1000) * 1000 - 600_000);
    const run = await sync(configFor(sandbox), { streams: listed, state: stateFor(saved) });
    for (const stream of listed) expect(run.lastState(stream)).toEqual({ updated_at: saved });
    expect(run.warnings()).toHaveLength(listed.length);
  });

  test('when end_date lies before it: nothing is asked of the API, and it stays', async () => {
    const saved = '2024-08-01T00:00:00+00:00';
    const config = configFor(sandbox, { end_date: '2024-07-31' });
    const until = sandbox.requests.length;
    const state = Object.fromEntries(sorted.map((name) => [name, { updated_at: saved }]));
    const run = await sync(config, { streams: sorted, state });
    expect(sandbox.requests).toHaveLength(until);
    for (const stream of sorted) expect(run.lastState(stream)).toEqual({ updated_at: saved });
    expect([run.exitCode, run.records(), run.warnings()]).toEqual([0, [], []]);
  });
});

describe('a stream without rows', () => {
  const none = Object.fromEntries(RESOURCES.map((resource) => [resource, 0]));

  test('saves start_date at its first sync, and then the cursor it was given', async () => {
    const empty = await openStore({ size: none });
    const config = configFor(empty, { start_date: '02/29/2024' });
    const first = await sync(config, { streams: listed });
    const given = stateFor('2024-03-01T12:00:00+00:00');
    const second = await sync(config, { streams: listed, state: given });
    for (const stream of listed) {
      expect([first.records(stream), second.records(stream)]).toEqual([[], []]);
      expect(first.lastState(stream)).toEqual({ updated_at: '2024-02-29T00:00:00+00:00' });
      expect(second.lastState(stream)).toEqual(given[stream]);
      expect(second.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    }
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  });
});

test('a sentinel or an empty state is a first sync [STI-04, MIG-05]', async () => {
  const state = {
    orders: { __ab_no_cursor_state_message: 'true' },
    collections: { __ab_full_refresh_sync_complete: 'true' },
    products: {},
  };
  const run = await sync(configFor(sandbox), { streams: ['orders', 'collections', 'products'], state });
  for (const stream of ['orders', 'collections', 'products'] as const)
    expectRows(run.records(stream), rowsOf(sandbox, stream));
});

describe("states of the official connector's framework [STI-06, MIG-01, MIG-02, MIG-03, MIG-04, MIG-05, MIG-06]", () => {
  const from = '2025-06-01T00:00:00+00:00';
  const later = '2025-09-01T00:00:00+0000';
  const perPartition: JsonObject = {
    use_global_cursor: false,
    states: [
      { partition: { owner_resource: 'store' }, cursor: { updated_at: later } },
      { partition: { owner_resource: 'order' }, cursor: { updated_at: '2025-06-01T00:00:00+0000' } },
    ],
    state: { updated_at: later },
    lookback_window: 0,
    parent_state: {},
  };
  const concurrent: JsonObject = {
    state_type: 'date-range',
    legacy: {},
    slices: [
      { start: '2025-01-01T00:00:00.000Z', end: later, most_recent_cursor_value: '2025-06-01T00:00:00.000Z' },
    ],
  };

  test.each([
    [perPartition, concurrent],
    [concurrent, perPartition],
  ])('go on from the lowest cursor in them, and write their own [MIG-06]', async (orders, collections) => {
    const state = stateOf({ orders, collections }) as never;
    const run = await sync(configFor(sandbox), { streams: ['orders', 'collections'], state });
    const bounded = sandbox.requests.findLast(({ path, query }) => path === '/orders' && /_min/.test(query));
    expect(new URLSearchParams(bounded?.query).get('updated_at_min')).toBe(from);
    for (const stream of ['orders', 'collections'] as const) {
      const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= Date.parse(from));
      expectRows(run.records(stream), due);
      expect(Object.keys(run.lastState(stream) ?? {})).toEqual(['updated_at']);
    }
    expect(run.warnings()).toEqual([]);
  });

  test('a state without a cursor in any of these shapes is a first sync, with a WARN', async () => {
    const state = stateOf({ orders: { created_at: later }, products: { states: [] } }) as never;
    const run = await sync(configFor(sandbox), { streams: ['orders', 'products'], state });
    for (const stream of ['orders', 'products'] as const) {
      expectRows(run.records(stream), rowsOf(sandbox, stream));
      expect(run.warnings()).toContain(
        `WARN ${stream}: its state holds no updated_at; reading from the start.`,
      );
    }
  });
});

describe('start_date', () => {
  test('moved back: what has been read stays read, and the older rows come with a refresh', async () => {
    const saved = '2025-06-01T00:00:00+00:00';
    const config = configFor(sandbox);
    const run = await sync(config, { streams: ['orders'], state: { orders: { updated_at: saved } } });
    expectRows(
      run.records('orders'),
      rowsOf(sandbox, 'orders').filter((row) => changedAt(row) >= Date.parse(saved)),
    );
    const refreshed = await sync(config, { streams: ['orders'] });
    expectRows(refreshed.records('orders'), rowsOf(sandbox, 'orders'));
  });
});
