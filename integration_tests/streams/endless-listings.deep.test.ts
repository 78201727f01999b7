import { describe, expect, test } from 'vitest';
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
  requestsFor,
  rowsApart,
  startLyingStore,
  syncOf,
} from './lying-store.ts';

/** So many requests are enough to know. */
const most = 600;

/** Replies whose pages are the rows of `order`, one number a page of twenty rows; each names another next one. */
function ever(name: (index: number) => string, order = (index: number) => index): Lie {
  let index = 0;
  return ({ path, query, version }, _honest) => {
    if (!query.has('cursor') && !query.has('page')) index = 0;
    const found = rows.slice(order(index) * 20, order(index) * 20 + 20);
    const cursor = name(index);
    index += 1;
    const key = path.slice(1);
    if (version === '2021-11') return { status: 200, body: { next_cursor: cursor, [key]: found } };
    return { status: 200, body: { [key]: found }, next: new URLSearchParams({ limit: '250', cursor }) };
  };
}
const anew = (index: number) => `c${index}`;

async function expectEnd(streams: readonly string[], lieOf: () => Lie): Promise<void> {
  const store = await startLyingStore(rows, eachList(lieOf));
  const run = await syncOf(store, streams);
  for (const stream of streams) {
    expectFailure(run, 'transient_error', new RegExp(`${stream}.*(leads back|no row that is new)`), stream);
    expect([stream, requestsFor(store, stream).length < most]).toEqual([stream, true]);
  }
}
const round = (length: number) => (index: number) => index % length;

const unlinked = everyKind.filter((stream) => stream !== kindsOfListing['linked and sorted']);

test.each([1, 2, 3, 7])('cursors go round in %d, in listings of every kind', (length) =>
  expectEnd(unlinked, () => ever((index) => `c${round(length)(index)}`)),
);

// Each takes hundreds of requests: kinds without an order, which are read alike, take turns.
test.each<[string, keyof typeof kindsOfListing, (index: number) => number]>([
  ['the same page', 'filtered', round(1)],
  ['the same 2 pages', 'in no order', round(2)],
  ['the same 3 pages', 'without a cursor of its own', round(3)],
  ['the same 7 pages', 'linked', round(7)],
  ['empty pages', 'in no order', () => 1_000],
  ['the same rows in another order', 'linked', (index) => (index * 7) % 5],
])('%s come with new cursors, in listings that are sorted and %s', async (_what, kind, order) => {
  for (const each of ['sorted', kind] as const)
    await expectEnd([kindsOfListing[each]], () => ever(anew, order));
});

test.each(['in no order', 'linked'] as const)(
  'the same rows come as changed just now, in listings that are %s',
  async (kind) => {
    const again = ever(anew, round(2));
    let changes = 0;
    const lie: Lie = (request, honest) => {
      const reply = again(request, honest);
      const key = request.path.slice(1);
      const found = reply.body[key] as readonly { readonly id: unknown }[];
      changes += 1;
      const updated_at = new Date(Date.UTC(2026, 0) + changes * 1_000).toISOString();
      return { ...reply, body: { ...reply.body, [key]: found.map((row) => ({ ...row, updated_at })) } };
    };
    await expectEnd([kindsOfListing[kind]], () => lie);
  },
);

describe('numbered pages', () => {
  test.each([2, 3, 30])('without end, a round of %d', async (length) => {
    const store = await startLyingStore(rows, ({ path, query }) => {
      const at = (Number(query.get('page') ?? 1) - 1) % length;
      return { status: 200, body: { [path.slice(1)]: rows.slice(at * 20, at * 20 + 20) } };
    });
    const run = await syncOf(store, 'products');
    expectFailure(run, 'transient_error', /products.*(leads back|no row that is new|page itself)/);
    expect(store.requests.length).toBeLessThan(most);
  });
});

describe('what is no circle', () => {
  test('some empty pages before the end', async () => {
    const store = await startLyingStore(rows, ({ query, path }, honest) => {
      const { givenAt = 0 } = cursorIn(query) ?? {};
      const reply = honest();
      if (givenAt === 0 || query.has('seen')) return reply;
      const after = Buffer.from(query.get('cursor') ?? '', 'base64url').toString();
      const empty = Number(/"empty":(\d+)/.exec(after)?.[1] ?? 0);
      if (empty >= 40) return reply;
      const next = Buffer.from(
        JSON.stringify({ ...(JSON.parse(after) as object), empty: empty + 1 }),
      ).toString('base64url');
      return { status: 200, body: { next_cursor: next, [path.slice(1)]: [] } };
    });
    expectWhole(await syncOf(store, 'collections'), 'collections', rows, 900);
  });

  test('rows that are read again after a cursor died late', async () => {
    const small = rowsApart(600, hour);
    let deaths = 0;
    const store = await startLyingStore(small, ({ query }, honest) => {
      const limited = asking(query, { limit: '2' });
      const after = cursorIn(query)?.after[0] ?? 0;
      if (after === -1_009 && deaths++ === 0) return { status: 410, body: {} };
      return honest(limited);
    });
    expectWhole(await syncOf(store, 'collections'), 'collections', small);
  });
});

test.each(['cursor', 'page'])('Links go round in two and three by %s', async (parameter) => {
  for (const length of [2, 3]) {
    const store = await startLyingStore(rows, ({ path, query }) => {
      const at = Number(query.get(parameter) ?? 1);
      const next = new URLSearchParams({ limit: '250', [parameter]: String((at % length) + 1) });
      return { status: 200, body: { [path.slice(1)]: rows.slice(at * 20, at * 20 + 20) }, next };
    });
    const run = await syncOf(store, 'products');
    expectFailure(run, 'transient_error', /products.*leads back/);
    expect(store.requests.length).toBeLessThan(20);
  }
});

test('what came of an endless listing was written, and nothing was saved', async () => {
  const store = await startLyingStore(
    rows,
    ever(anew, (index) => index % 3),
  );
  const run = await syncOf(store, 'collections', { env: {} });
  expect([run.states('collections'), new Set(run.records().map(({ id }) => id)).size]).toEqual([[], 60]);
});
