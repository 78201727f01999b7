import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { timeOf } from './connection.ts';
import {
  asking,
  cursorIn,
  eachList,
  everyKind,
  expectFailure,
  expectWhole,
  hour,
  hourly as rows,
  kindsOfListing,
  type Lie,
  oneSecond,
  refused,
  requestsFor,
  rowsApart,
  startLyingStore,
  type StoreRequest,
  syncOf,
} from './lying-store.ts';

/** The first so many requests with a cursor are refused, at a path. */
function firstDie(path: string, deaths: number, status = 422, at = 2): Lie {
  let asked = 0;
  return (request, honest) => {
    if (request.path !== path || cursorIn(request.query) === undefined) return honest();
    asked += 1;
    return asked >= at && asked < at + deaths ? refused(status) : honest();
  };
}

/** Cursors are good for so long. */
const living =
  (milliseconds: number): Lie =>
  ({ query }, honest) =>
    Date.now() - (cursorIn(query)?.givenAt ?? Date.now()) > milliseconds ? refused(422) : honest();

/** A stream of each kind of listing, and one whose listing has flags. */
const kinds = [
  ...everyKind.filter((stream) => stream !== kindsOfListing['linked and sorted']),
  'memberships',
];

describe('a dead cursor begins the listing anew', () => {
  test.each([400, 404, 410, 422])('in listings of every kind, by %d', async (status) => {
    const store = await startLyingStore(
      rows,
      eachList((path) => firstDie(path, 1, status)),
    );
    const run = await syncOf(store, kinds);
    for (const stream of kinds) expectWhole(run, stream, rows, 1_500);
  });

  test('a sorted one from the time of its last row: no other is read again', async () => {
    const store = await startLyingStore(rows, firstDie('/orders', 3, 422, 1));
    const run = await syncOf(store, 'orders', { config: { max_requests_per_second: 50 } });
    expectWhole(run, 'orders', rows, 903);
  });

  test('one in no order, whose cursor stays at the time of the first request', async () => {
    const begun = Date.now();
    const late = rowsApart(900, hour).map((row) => ({
      ...row,
      updated_at: new Date(begun + 60_000).toISOString(),
    }));
    const dying = firstDie('/collections', 1);
    const store = await startLyingStore(late, (request, honest) => {
      const reply = dying(request, honest);
      if (reply.status === 422) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
      return reply;
    });
    const run = await syncOf(store, 'collections', { config: { settling_minutes: 0 } });
    expect(run.exitCode).toBe(0);
    expect(timeOf(run.lastState('collections')?.['updated_at'])).toBeLessThan(begun + 2_500);
  });
});

test('a reader stands still for longer than cursors live [OUT-08]', async () => {
  // More than a pipe holds.
  const long = rows.map((row) => ({ ...row, note: 'x'.repeat(2_000) }));
  const store = await startLyingStore(long, living(1_500));
  let stalled = false;
  const run = await syncOf(store, kinds, {
    onLine: (line, child) => {
      if (stalled || !line.startsWith('{"type":"RECORD"')) return;
      stalled = true;
      child.stdout?.pause();
      void sleep(4_000).then(() => child.stdout?.resume());
    },
  });
  for (const stream of kinds) expectWhole(run, stream, rows, 2_400);
});

describe('what does not pass', () => {
  test('ends after five listings anew without progress, in listings of every kind', async () => {
    const lie = eachList((path) => firstDie(path, Number.POSITIVE_INFINITY, 410, 1));
    const store = await startLyingStore(oneSecond, lie);
    const run = await syncOf(store, kinds);
    // Parts that were split off lie after the one second of all rows.
    const begins = ({ query }: StoreRequest) =>
      cursorIn(query) === undefined &&
      (query.get('updated_at_min') ?? '') <= String(oneSecond[0]?.['updated_at']);
    for (const stream of kinds) {
      expectFailure(run, 'transient_error', new RegExp(`${stream}.*410.*Invalid value`), stream);
      expect([stream, requestsFor(store, stream).filter(begins).length]).toEqual([stream, 6]);
    }
  });

  test('402 to a cursor: a list that came is no fault of plan or api_url', async () => {
    const lie = eachList((path) => firstDie(path, Number.POSITIVE_INFINITY, 402, 1));
    const run = await syncOf(await startLyingStore(rows, lie), kinds);
    for (const stream of kinds)
      expectFailure(run, 'config_error', /Take the stream out of the sync and report this\.$/, stream);
  });

  /** Four streams, to whose cursors the API says each its own status. */
  const syncOfFour = async (statuses: readonly number[], deaths: number) => {
    const streams = ['addresses', 'charges', 'customers', 'orders'];
    const statusAt = (path: string) => statuses[streams.indexOf(path.slice(1))];
    const store = await startLyingStore(
      rows,
      eachList((path) => firstDie(path, deaths, statusAt(path))),
    );
    const run = await syncOf(store, streams, { config: { max_requests_per_second: 50 } });
    return { run, answers: streams.map((stream, index) => [stream, statuses[index]] as const) };
  };

  test('403, 405, 406 or 451 to a cursor is what it is without', async () => {
    const { run, answers } = await syncOfFour([403, 405, 406, 451], Number.POSITIVE_INFINITY);
    for (const [stream, status] of answers)
      expectFailure(run, 'config_error', new RegExp(`${stream}.*\\(${status}\\)`), stream);
  });

  test('408, 409, 425 or 429 to a cursor is asked again', async () => {
    const { run, answers } = await syncOfFour([408, 409, 425, 429], 1);
    for (const [stream] of answers) expectWhole(run, stream, rows, 900);
  });
});

test('another page size beside a cursor is tried before the listing begins anew', async () => {
  let heavy = 0;
  const store = await startLyingStore(rows, ({ query }, honest) => {
    const { query: first = '' } = cursorIn(query) ?? {};
    if (first === '') return honest();
    if (heavy++ === 0) return { status: 504, body: {} };
    return query.get('limit') === new URLSearchParams(first).get('limit') ? honest() : refused(422);
  });
  expectWhole(await syncOf(store, 'collections'), 'collections', rows, 900);
});

describe('a listing for each parent', () => {
  const collections = rowsApart(3, hour);
  const products = collections.flatMap(({ id }) =>
    Array.from({ length: 600 }, (_, index) => ({
      collection_id: id,
      external_product_id: String(index),
      id: Number(id) * 1_000 + index,
      updated_at: '2026-01-01T00:00:00Z',
    })),
  );
  const rowsAt = (path: string, query: URLSearchParams) =>
    path === '/collections'
      ? collections
      : products.filter(({ collection_id }) => String(collection_id) === query.get('collection_id'));
  const keys = (list: readonly { [key: string]: unknown }[]) =>
    new Set(
      list.map(({ collection_id, external_product_id }) =>
        JSON.stringify([collection_id, external_product_id]),
      ),
    );

  test.each([404, 410, 422])('begins anew when its cursor dies by %d', async (status) => {
    const store = await startLyingStore(rowsAt, firstDie('/collection_products', 2, status));
    const run = await syncOf(store, 'collection_products');
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
    expect(keys(run.records())).toEqual(keys(products));
  });

  test.each([404, 410])('ends where the parent is gone: %d', async (status) => {
    const gone = String(collections[1]?.['id']);
    const store = await startLyingStore(rowsAt, ({ query }, honest) =>
      query.get('collection_id') === gone ? refused(status, 'Not Found') : honest(),
    );
    const run = await syncOf(store, 'collection_products');
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
    expect(keys(run.records())).toEqual(
      keys(products.filter(({ collection_id }) => String(collection_id) !== gone)),
    );
  });

  test('does not ask twice for a parent whose own listing begins anew', async () => {
    const many = rowsApart(300, hour);
    const store = await startLyingStore(
      (path, query) =>
        path === '/collections'
          ? many
          : [{ collection_id: query.get('collection_id'), external_product_id: '1', id: 1 }],
      firstDie('/collections', 1, 422, 1),
    );
    const run = await syncOf(store, 'collection_products');
    expect([run.exitCode, run.records().length]).toEqual([0, 300]);
    expect(store.requests.filter(({ path }) => path === '/collection_products')).toHaveLength(300);
  });
});

test('tables of nested rows begin anew with their parents', async () => {
  const orders = rows.map((row) => ({ ...row, line_items: [{ title: 'a' }, { title: 'b' }] }));
  const store = await startLyingStore(orders, firstDie('/orders', 2, 422, 1));
  const run = await syncOf(store, '', { streams: ['order_line_items', 'orders'] });
  expectWhole(run, 'orders', orders, 1_000);
  expect(
    new Set(run.records('order_line_items').map(({ order_id, index }) => JSON.stringify([order_id, index])))
      .size,
  ).toBe(1_800);
});

test('orders of version 2021-01, whose second of an import is read by links', async () => {
  const store = await startLyingStore(oneSecond, firstDie('/orders', 1));
  const run = await syncOf(store, 'orders', { config: { use_orders_deprecated_api: true } });
  expectWhole(run, 'orders', oneSecond);
});

test('an unsorted listing that has died is fetched ahead of a reader that stays slow', async () => {
  const many = rowsApart(3_000, hour).map((row) => ({ ...row, title: 'x'.repeat(1_000) }));
  const store = await startLyingStore(many, living(700));
  let lines = 0;
  const run = await syncOf(store, 'collections', {
    timeout: 60_000,
    onLine: (_line, child) => {
      if (++lines % 500 !== 0) return;
      child.stdout?.pause();
      void sleep(1_000).then(() => child.stdout?.resume());
    },
  });
  expectWhole(run, 'collections', many);
});

test('rows that come out of order are read again from the start of their time', async () => {
  const swapped = (query: URLSearchParams) => asking(query, { sort_by: undefined });
  const dying = firstDie('/orders', 1);
  const store = await startLyingStore(rows, (request, honest) =>
    dying(request, (query = request.query) => honest(swapped(query))),
  );
  expectWhole(await syncOf(store, 'orders'), 'orders', rows);
});

test('a first page that is refused says why, and not that of the cursor', async () => {
  let dead = false;
  const store = await startLyingStore(rows, ({ query }, honest) => {
    if (cursorIn(query) !== undefined) dead = true;
    if (!dead) return honest();
    return cursorIn(query) === undefined ? refused(422, 'no orders on this plan') : refused(422);
  });
  expectFailure(await syncOf(store, 'orders'), 'config_error', /orders.*422.*no orders on this plan/);
});
