import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import type { ApiRow } from './front.ts';
import {
  asking,
  config,
  cursorIn,
  eachList,
  everyKind,
  expectFailure,
  expectWhole,
  hour,
  hourly as rows,
  kindsOfListing,
  type Lie,
  type LyingStore,
  oneSecond,
  refused,
  requestsFor,
  rowsApart,
  startLyingStore,
  syncOf,
  without,
} from './lying-store.ts';

const keys = ['next_cursor', 'previous_cursor', 'Link'];
const warnings = (run: Run) => run.logs().filter((line) => line.startsWith('WARN'));
/** How many requests asked for a page by its number. */
const numbered = (requests: readonly { readonly query: URLSearchParams }[]) =>
  requests.filter(({ query }) => query.has('page')).length;

/** What says that more follows is missing from the answer to the second request of each listing. */
const vanishing: Lie = ({ query }, honest) =>
  cursorIn(query) === undefined ? honest() : without(honest(), ...keys);

/** Nothing ever says that more follows, and no page has more rows than `cap`. */
const keyless =
  (cap = 250): Lie =>
  ({ query }, honest) => {
    const limit = String(Math.min(cap, Number(query.get('limit'))));
    return without(honest(asking(query, { limit })), ...keys);
  };

describe('listings of every kind', () => {
  const syncOfAll = (store: LyingStore) => syncOf(store, everyKind, { config });
  const expectAll = (run: Run, whole: readonly ApiRow[], most?: number) =>
    everyKind.forEach((stream) => expectWhole(run, stream, whole, most));

  test('the sign vanishes after a page that had it', async () => {
    expectAll(await syncOfAll(await startLyingStore(rows, vanishing)), rows, 1_500);
  });

  test('the sign vanishes among pages of a few rows', async () => {
    const few = rows.slice(0, 40);
    const store = await startLyingStore(few, (request, honest) =>
      vanishing(request, () => honest(asking(request.query, { limit: '7' }))),
    );
    expectAll(await syncOfAll(store), few);
  });

  test.each([250, 50, 7, 1])('no answer has a sign, and pages have at most %d rows', async (cap) => {
    const few = rows.slice(0, cap < 50 ? 40 : 900);
    const run = await syncOfAll(await startLyingStore(few, keyless(cap)));
    expectAll(run, few, (cap === 1 ? 4 : 2) * few.length);
    expect(warnings(run)).toEqual([]);
  });

  test.each([50, 3])('no answer has a sign, and all rows are of one second: %d a page', async (cap) => {
    const few = oneSecond.slice(0, cap * 18);
    expectAll(await syncOfAll(await startLyingStore(few, keyless(cap))), few);
  });

  test('an empty cursor is no sign', async () => {
    const store = await startLyingStore(rows, (_request, honest) => {
      const { body, ...reply } = honest();
      return { ...reply, body: { ...body, ...(body['next_cursor'] === null && { next_cursor: '' }) } };
    });
    expectAll(await syncOfAll(store), rows, 1_500);
  });

  test('pages of other sizes come before the sign vanishes', async () => {
    const lie = eachList(() => {
      let heavy = false;
      return (request, honest) => {
        heavy = !heavy && cursorIn(request.query) !== undefined;
        return heavy ? { status: 504, body: {} } : vanishing(request, honest);
      };
    });
    expectAll(await syncOfAll(await startLyingStore(rows, lie)), rows);
  });

  test('a short listing is asked for once more at most', async () => {
    const few = rows.slice(0, 3);
    const store = await startLyingStore(few, keyless());
    const run = await syncOfAll(store);
    expectAll(run, few, 4);
    for (const stream of everyKind)
      expect([stream, requestsFor(store, stream).length <= 2]).toEqual([stream, true]);
    expect(warnings(run)).toEqual([]);
  });
});

describe('listings without a sign, of an API that', () => {
  const streams = [
    kindsOfListing.filtered,
    kindsOfListing['in no order'],
    kindsOfListing['without a cursor of its own'],
  ];
  const few = rows.slice(0, 30);

  test.each([400, 403, 404, 422])('refuses a second page: WARN (%d)', async (status) => {
    const store = await startLyingStore(few, (request, honest) =>
      request.query.has('page') ? refused(status, 'no') : keyless()(request, honest),
    );
    const run = await syncOf(store, streams);
    for (const stream of streams) {
      expectWhole(run, stream, few, 30);
      expect([stream, numbered(requestsFor(store, stream))]).toEqual([stream, 1]);
      expect(run.logs()).toContainEqual(expect.stringMatching(`^WARN ${stream}: .*${status}`));
    }
    expect(warnings(run)).toHaveLength(streams.length);
  });

  test('does not count: the same page again is the end of a short one', async () => {
    const store = await startLyingStore(few, (request, honest) =>
      keyless()(request, () => honest(asking(request.query, { page: undefined }))),
    );
    const run = await syncOf(store, streams);
    for (const stream of streams) {
      expectWhole(run, stream, few, 30);
      expect([stream, numbered(requestsFor(store, stream))]).toEqual([stream, 1]);
    }
  });

  test('does not count: a full one may hide more, and fails', async () => {
    const store = await startLyingStore(rows, ({ query }, honest) =>
      without(honest(asking(query, { page: undefined })), ...keys),
    );
    const run = await syncOf(store, streams);
    for (const stream of streams)
      expectFailure(run, 'transient_error', /the next page is the page itself/, stream);
  });
});

describe('what is not asked for twice', () => {
  test('listings of parents: a page shorter than another one is whole', async () => {
    const collections = rowsApart(30, hour);
    const store = await startLyingStore((path, query) => {
      if (path === '/collections') return collections;
      const id = Number(query.get('collection_id'));
      const products = (id - 1_000) % 5 === 0 ? 120 : 7;
      return Array.from({ length: products }, (_, index) => ({
        id: id * 1_000 + index,
        collection_id: id,
        external_product_id: String(index),
      }));
    }, keyless(50));
    const run = await syncOf(store, 'collection_products');
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
    const read = run
      .records()
      .map((row) => JSON.stringify([row['collection_id'], row['external_product_id']]));
    expect([read.length, new Set(read).size]).toEqual([6 * 120 + 24 * 7, 6 * 120 + 24 * 7]);
    const children = store.requests.filter(({ path }) => path === '/collection_products');
    // Twenty are asked for at once, before it is known how long a page can be.
    expect(numbered(children)).toBeLessThan(6 * 3 + 20);
  });

  test('a listing that says where it ends', async () => {
    const store = await startLyingStore(rows);
    expectWhole(await syncOf(store, 'collections'), 'collections', rows, 900);
    expect(store.requests).toHaveLength(4);
  });
});

describe('a listing for each parent', () => {
  const parents = rowsApart(3, hour);
  const childrenOf = (query: URLSearchParams) =>
    Array.from({ length: 600 }, (_, index) => ({
      id: index,
      collection_id: query.get('collection_id'),
      external_product_id: String(index),
    }));
  const rowsAt = (path: string, query: URLSearchParams) =>
    path === '/collections' ? parents : childrenOf(query);

  test.each([2, 3])('whose numbered page %d is not found is not whole', async (first) => {
    for (const status of [404, 410]) {
      const store = await startLyingStore(rowsAt, (request, honest) =>
        Number(request.query.get('page')) >= first ? refused(status) : keyless()(request, honest),
      );
      const run = await syncOf(store, 'collection_products');
      expectFailure(run, 'config_error', new RegExp(`collection_products.*refuses the next .${status}`));
    }
  });

  test.each([404, 410])('that no parent has is one that the store does not have: %d', async (status) => {
    const store = await startLyingStore(rowsAt, ({ path }, honest) =>
      path === '/collection_products' ? refused(status) : honest(),
    );
    const run = await syncOf(store, 'collection_products');
    expectFailure(run, 'config_error', new RegExp(`collection_products .${status}.*store's plan`));
  });
});

describe('beside a list, with status 200', () => {
  /** A sync of streams whose answers hold these, too. */
  const syncBeside = async (more: Readonly<Record<string, object>>) => {
    const store = await startLyingStore(rows, ({ path }, honest) => {
      const reply = honest();
      return { ...reply, body: { ...reply.body, ...more[path.slice(1)] } };
    });
    return syncOf(store, Object.keys(more));
  };

  test('an error is a failure with its words [E-12]', async () => {
    const run = await syncBeside({
      addresses: { error: 'the list is cut off' },
      charges: { errors: { orders: ['too many'] } },
      customers: { errors: ['one', 'two'] },
      orders: { error: { code: 7 } },
    });
    const words = { addresses: /the list is cut off/, charges: /orders: too many/, customers: /one; two/ };
    for (const [stream, message] of Object.entries({ ...words, orders: /code: 7/ }))
      expectFailure(run, 'transient_error', message, stream);
  });

  test('an empty error is none', async () => {
    const nothing = [null, '', [], {}, false, { orders: [] }];
    const streams = 'accounts collections bundle_products webhooks entitlements async_batches'.split(' ');
    const beside = streams.map((stream, index) => [
      stream,
      { errors: nothing[index], error: nothing[index] },
    ]);
    const run = await syncBeside(Object.fromEntries(beside));
    for (const stream of streams) expectWhole(run, stream, rows, 900);
  });
});
