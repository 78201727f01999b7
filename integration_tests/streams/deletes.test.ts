import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { isObject } from '../../sandbox/json.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, sharedStore, sync, syncThrough, timeOf, utc } from './connection.ts';
import { deletable as streams, removeFirst, spared } from './deletable.ts';
import { capture, idsOf, served, stateKeys, tableAfter, tombstones, warnings } from './deletes.fixture.ts';
import { changedAt, rowsOf } from './expectations.ts';
import { type Change, json } from './front.ts';
import { impatient } from './impatience.ts';

const day = 86_400_000;

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
