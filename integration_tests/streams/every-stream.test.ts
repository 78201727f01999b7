import { describe, expect, test } from 'vitest';
import type { RequestLogEntry } from '../../sandbox/index.ts';
import { RESOURCES, type ResourceName } from '../../sandbox/index.ts';
import { createReaders } from '../../src/streams/index.ts';
import type { SyncContext } from '../../src/sync/recharge-stream.ts';
import { configFor, cursorOf, openStore, sharedStore, sync, utc } from './connection.ts';
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

const sandbox = await sharedStore({ size });
const begun = Date.now();
const first = await sync(configFor(sandbox), { streams });
const ended = Date.now();
const until = sandbox.requests.length;
const second = await sync(configFor(sandbox), { streams, state: first });
const asked = { first: sandbox.requests.slice(0, until), second: sandbox.requests.slice(until) };

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
function firstQuery(stream: StreamName): object {
  if (singletons.includes(stream)) return {};
  const isSorted = sorted.some((name) => name === stream);
  const isFiltered = isSorted || filtered.some((name) => name === stream);
  const bound = fleeting.includes(stream) ? '+00:00' : `${sandbox.firstDay}T00:00:00+00:00`;
  return {
    limit: String(pageSize(stream)),
    ...(isFiltered && { [`${timeFieldOf(stream)}_min`]: expect.stringContaining(bound) as string }),
    ...(isSorted && { sort_by: 'updated_at-asc' }),
    ...Object.fromEntries(new URLSearchParams(listingOf(stream).split('?')[1])),
  };
}

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

  test.each(streams)('%s: the first page is asked for by time where the API keeps to it', (stream) => {
    expect(Object.fromEntries(requestsOf(stream, asked.first)[0] ?? [])).toEqual(firstQuery(stream));
  });

  test('the + of an offset is percent-encoded: as a space it would be no offset', () => {
    const bounds = asked.first.filter(({ query }) => query.includes('_at_min'));
    expect(bounds).toHaveLength(sorted.length + filtered.length);
    for (const { query } of bounds)
      expect(query).toMatch(/(?:updated|created)_at_min=\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d%2B00%3A00(?:&|$)/);
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

  test.each(['memberships', 'membership_programs', 'onetimes'] as const)(
    '%s brings the cancelled and the deleted ones, which the listing hides unasked',
    (stream) => {
      const shown = sandbox.served(`/${stream}`).length;
      expect(shown).toBeGreaterThan(0);
      expect(first.records(stream).length).toBeGreaterThan(shown);
    },
  );

  test.each([...sorted, ...filtered, ...unsorted])(
    '%s: saves its largest cursor, but nothing of the last 30 minutes [STO-10]',
    (stream) => {
      const largest = Math.max(...rowsOf(sandbox, stream).map(changedAt));
      const saved = cursorOf(first, stream);
      expect(saved).toBeGreaterThanOrEqual(Math.min(largest, Math.floor((begun - settling) / 1000) * 1000));
      expect(saved).toBeLessThanOrEqual(Math.min(largest, ended - settling));
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

  test.each([...sorted, ...filtered])('%s: one request, from the saved cursor on', (stream) => {
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
    const store = await openStore({ size, now: new Date(monthAgo), frozen: true });
    for (const stream of sorted)
      for (const { id } of rowsOf(store, stream).slice(0, 20))
        store.update(stream as ResourceName, Number(id));
    const config = configFor(store);
    const saved = { updated_at: utc(monthAgo) };
    const before = store.requests.length;
    const state = Object.fromEntries(sorted.map((stream) => [stream, saved]));
    const after = await sync(config, { streams: sorted, state });
    const paths = store.requests.slice(before).map(({ path }) => path);
    for (const stream of sorted) expect(after.records(stream)).toHaveLength(20);
    expect(paths.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(sorted.map((stream) => `/${stream}`));
  });
});
