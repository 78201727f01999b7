import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestLogEntry, Sandbox } from '../../sandbox/index.ts';
import { RESOURCES, type ResourceName, startSandbox } from '../../sandbox/index.ts';
import { createReaders } from '../../src/streams/index.ts';
import type { SyncContext } from '../../src/sync/recharge-stream.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, quickToken, sync, utc } from './connection.ts';
import {
  changedAt,
  cursorFieldOf,
  everyStream,
  expectRows,
  filtered,
  fleeting,
  listingOf,
  rowsOf,
  sorted,
  type StreamName,
  timeFieldOf,
  unsorted as unsortedAll,
  whole as wholeAll,
} from './expectations.ts';

const settling = 30 * 60_000;
/** Two pages of each list, of metafields one for each owner, and orders with a full last page. */
const size = {
  ...Object.fromEntries(RESOURCES.map((resource) => [resource, 260])),
  customers: 300,
  addresses: 320,
  subscriptions: 520,
  charges: 800,
  orders: 500,
  onetimes: 260,
  discounts: 320,
  products: 510,
  metafields: 700,
  payment_methods: 300,
  events: 1_000,
};

/** These ask for what others ask for too, so that a request cannot be told to be theirs: they have tests of their own. */
const sharing: readonly string[] = ['collection_products', 'delivery_schedules', 'metafields'];
const streams = everyStream.filter((stream) => !sharing.includes(stream));
const unsorted = unsortedAll.filter((stream) => stream !== 'metafields');
const whole = wholeAll.filter((stream) => !sharing.includes(stream));

let sandbox: Sandbox;
let first: Run;
let second: Run;
let asked: { first: readonly RequestLogEntry[]; second: readonly RequestLogEntry[] };
let clock: { first: readonly [number, number] };

beforeAll(async () => {
  sandbox = await startSandbox({ token: quickToken, size });
  const config = configFor(sandbox);
  const begun = Date.now();
  first = await sync(config, { streams });
  clock = { first: [begun, Date.now()] };
  const until = sandbox.requests.length;
  second = await sync(config, { streams, state: first });
  asked = { first: sandbox.requests.slice(0, until), second: sandbox.requests.slice(until) };
});
afterAll(() => sandbox.close());

/** The requests of one stream, oldest first. Those that share a path are told by the filter of their first page. */
function requestsOf(stream: StreamName, log: readonly RequestLogEntry[]): readonly URLSearchParams[] {
  const [path, filter = ''] = listingOf(stream).split('?');
  return log
    .filter((entry) => entry.path === path)
    .map(({ query }) => new URLSearchParams(query))
    .filter((query) =>
      telling.every((name) => filterOf(query, name) === new URLSearchParams(filter).get(name)),
    );
}

const telling = ['owner_resource', 'verbs'];

function filterOf(query: URLSearchParams, name: string): string | null {
  const cursor = query.get('cursor');
  if (cursor === null) return query.get(name);
  return JSON.parse(Buffer.from(cursor, 'base64url').toString()).filters[name] ?? null;
}

const singletons: readonly string[] = ['shop', 'store'];
const pageSize = (stream: StreamName) => (stream === 'payment_methods' ? 50 : 250);
const pages = (stream: StreamName) =>
  Math.max(1, Math.ceil(rowsOf(sandbox, stream).length / pageSize(stream)));

test('no stream is left out: expectations.ts says where the rows of each come from, and in which order', () => {
  const names = createReaders({} as SyncContext, false).map(({ name }) => name);
  expect(everyStream.toSorted()).toEqual(names.toSorted());
});

describe('the first sync', () => {
  test('succeeds', () => {
    expect([first.exitCode, first.errors()]).toEqual([0, []]);
  });

  test.each(streams)('%s: every row of the API, once, as it was sent, and COMPLETE', (stream) => {
    const rows = rowsOf(sandbox, stream);
    expect(rows.length).toBeGreaterThan(singletons.includes(stream) ? 0 : 15);
    expectRows(first.records(stream), rows);
    expect(first.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
  });

  test.each(streams)('%s: no request more than it has pages', (stream) => {
    expect(requestsOf(stream, asked.first)).toHaveLength(pages(stream));
  });

  test('asks for nothing else', () => {
    const requests = streams.reduce((sum, stream) => sum + requestsOf(stream, asked.first).length, 0);
    expect(asked.first).toHaveLength(requests);
    expect(asked.first.every(({ status, method }) => status === 200 && method === 'GET')).toBe(true);
  });

  test.each(sorted)('%s: the first page is filtered and sorted by updated_at, with an offset', (stream) => {
    expect(Object.fromEntries(requestsOf(stream, asked.first)[0] ?? [])).toEqual({
      updated_at_min: `${sandbox.firstDay}T00:00:00+00:00`,
      sort_by: 'updated_at-asc',
      limit: '250',
      ...(stream === 'onetimes' && { include_cancelled: 'true' }),
    });
  });

  test.each(filtered)('%s: the first page is filtered, but not sorted', (stream) => {
    const query = Object.fromEntries(requestsOf(stream, asked.first)[0] ?? []);
    const bound = fleeting.includes(stream) ? '+00:00' : `${sandbox.firstDay}T00:00:00+00:00`;
    expect(query).toEqual({
      limit: '250',
      [`${timeFieldOf(stream)}_min`]: expect.stringContaining(bound),
      ...(stream === 'deleted_records' && { verbs: 'deleted' }),
    });
  });

  test('the + of an offset is percent-encoded: as a space it would be no offset', () => {
    const bounds = asked.first.filter(({ query }) => query.includes('_at_min'));
    expect(bounds).toHaveLength(sorted.length + filtered.length);
    for (const { query } of bounds)
      expect(query).toMatch(/(?:updated|created)_at_min=\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d%2B00%3A00(?:&|$)/);
  });

  test.each(unsorted)('%s: no filter or sort by time, which the API does not keep', (stream) => {
    const owner = /^metafields_(.*)/.exec(stream)?.[1];
    expect(Object.fromEntries(requestsOf(stream, asked.first)[0] ?? [])).toEqual({
      limit: String(pageSize(stream)),
      ...(owner !== undefined && { owner_resource: owner }),
      ...(stream === 'payment_methods' && { include_deleted: 'true' }),
    });
  });

  // docs/recharge-api.md#cursors
  test('every page after the first is asked for with a cursor and a limit alone [MIG-10]', () => {
    for (const stream of [...sorted, ...filtered, ...unsorted]) {
      const later = requestsOf(stream, asked.first).slice(1);
      if (!stream.startsWith('metafields')) expect(later.length).toBeGreaterThan(0);
      for (const query of later) {
        expect([...query.keys()].toSorted()).toEqual(['cursor', 'limit']);
        expect(query.get('limit')).toBe(String(pageSize(stream)));
      }
    }
  });

  // docs/recharge-api.md#versions
  test('names its version each time: 2021-01 for products and shop, 2021-11 for all else', () => {
    for (const { path, version } of asked.first)
      expect([path, version]).toEqual([path, ['/products', '/shop'].includes(path) ? '2021-01' : '2021-11']);
  });

  test.each(['shop', 'store'] as const)('%s is one request without a parameter', (stream) => {
    expect(requestsOf(stream, asked.first).map(String)).toEqual(['']);
  });

  test('memberships and their programs bring the cancelled and the deleted ones', () => {
    const all = { include_cancelled: 'true', include_deleted: 'true' };
    expect(Object.fromEntries(requestsOf('memberships', asked.first)[0] ?? [])).toEqual({
      limit: '250',
      ...all,
    });
    expect(Object.fromEntries(requestsOf('membership_programs', asked.first)[0] ?? [])).toEqual({
      limit: '250',
      include_deleted: 'true',
    });
    for (const stream of ['memberships', 'membership_programs'] as const) {
      const shown = sandbox.served(`/${stream}`).length;
      expect(shown).toBeGreaterThan(0);
      expect(first.records(stream).length).toBeGreaterThan(shown);
    }
  });

  test('onetimes brings the cancelled ones, which the listing hides unasked', () => {
    const cancelled = first.records('onetimes').filter(({ is_cancelled }) => is_cancelled === true);
    expect(cancelled.length).toBeGreaterThan(0);
    expect(sandbox.served('/onetimes')).toHaveLength(first.records('onetimes').length - cancelled.length);
  });

  test.each([...sorted, ...filtered, ...unsorted])(
    '%s: saves its largest cursor, but nothing of the last 30 minutes [STO-10]',
    (stream) => {
      const largest = Math.max(...rowsOf(sandbox, stream).map(changedAt));
      const [begun, ended] = clock.first.map((now) => now - settling) as [number, number];
      const saved = cursorOf(first, stream);
      expect(saved).toBeGreaterThanOrEqual(Math.min(largest, Math.floor(begun / 1000) * 1000));
      expect(saved).toBeLessThanOrEqual(Math.min(largest, ended));
      expect(first.lastState(stream)).toEqual({
        [cursorFieldOf(stream)]: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      });
    },
  );

  test.each(whole)('%s, which has no cursor, ends with the sentinel [RFR-01]', (stream) => {
    expect(first.lastState(stream)).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('a checkpoint at every page of a sorted listing, at the end of an unsorted one [STO-04]', () => {
    for (const stream of sorted) expect(first.states(stream).length).toBeGreaterThanOrEqual(pages(stream));
    for (const stream of [...filtered, ...unsorted]) expect(first.states(stream)).toHaveLength(1);
  });
});

describe('a second sync of an unchanged store', () => {
  test('succeeds', () => {
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
    expect(second.warnings()).toEqual([]);
  });

  test.each(sorted)('%s: one request, from the saved cursor on', (stream) => {
    const requests = requestsOf(stream, asked.second);
    expect(requests.map((query) => query.get('updated_at_min'))).toEqual([
      first.lastState(stream)?.['updated_at'],
    ]);
  });

  test.each(filtered)('%s: one request, from the saved cursor on', (stream) => {
    const requests = requestsOf(stream, asked.second);
    expect(requests.map((query) => query.get(`${timeFieldOf(stream)}_min`))).toEqual([
      first.lastState(stream)?.[cursorFieldOf(stream)],
    ]);
  });

  test.each([...unsorted, ...whole])('%s: as many requests as the first time', (stream) => {
    expect(requestsOf(stream, asked.second)).toHaveLength(requestsOf(stream, asked.first).length);
  });

  test.each([...sorted, ...filtered, ...unsorted])(
    '%s: the rows at or after the saved cursor, no other',
    (stream) => {
      const from = cursorOf(first, stream);
      const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= from);
      expect(due.length).toBeGreaterThan(0);
      expectRows(second.records(stream), due);
      expect(cursorOf(second, stream)).toBeGreaterThanOrEqual(from);
    },
  );

  test.each(whole)('%s is read whole', (stream) => {
    expectRows(second.records(stream), rowsOf(sandbox, stream));
  });
});

describe('a store where nothing has changed for a month', () => {
  test('costs one request a stream that the API filters, however many rows stand at the saved cursor', async () => {
    const monthAgo = Date.now() - 30 * 86_400_000;
    // All of them changed in one second, however slow the machine.
    const store = await startSandbox({ token: quickToken, size, now: new Date(monthAgo), frozen: true });
    for (const stream of sorted)
      for (const { id } of rowsOf(store, stream).slice(0, 20))
        store.update(stream as ResourceName, Number(id));
    const config = configFor(store);
    const saved = { updated_at: utc(monthAgo) };
    const until = store.requests.length;
    const state = Object.fromEntries(sorted.map((stream) => [stream, saved]));
    const after = await sync(config, { streams: sorted, state });
    const paths = store.requests.slice(until).map(({ path }) => path);
    for (const stream of sorted) expect(after.records(stream)).toHaveLength(20);
    await store.close();
    expect(paths.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(sorted.map((stream) => `/${stream}`));
  });
});
