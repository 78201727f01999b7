import { isObject, typeOf } from './api-object.ts';
import type { ApiResponse } from './response.ts';
import type { ApiRequest, ApiVersion, Query } from './client.ts';
import { RechargeError } from './errors.ts';
import type { Rows } from './packed-rows.ts';
import { ChainSize, type OnTimeout, type PageSize } from './page-size.ts';

/** Answers a request, asked anew for each attempt; the client's `get`, bound to whoever asks. */
export type Get = (ask: () => ApiRequest, onTimeout: OnTimeout) => Promise<ApiResponse>;

/** One listing of the API: its path, the key its rows stand under, and how its first page is asked for. */
export interface Listing {
  readonly path: string;
  readonly key: string;
  readonly version: ApiVersion;
  readonly query: () => Query;
  /** Rows a page; what is read side by side shares it. */
  readonly size: PageSize;
  /** Asks the first page for less, where the listing can: called when the API could not answer it in time. */
  readonly splitWindow?: () => void;
}

export interface Page {
  readonly rows: Rows;
  /** When the page was asked for; milliseconds since the epoch. */
  readonly requestedAt: number;
  /** How many rows were asked for. */
  readonly limit: number;
}

/** The most rows the API gives in one page (docs/recharge-api.md#page-size). */
export const largestPage = 250;

/**
 * A 2021-11 listing, page by page. Beside `cursor` only `limit` may stand: the cursor carries filters and order
 * (docs/recharge-api.md#cursors). An empty page is not the end, a missing `next_cursor` is.
 * @throws RechargeError
 */
export async function* cursorPages(get: Get, listing: Listing): AsyncGenerator<Page> {
  const { path, version, key } = listing;
  const size = new ChainSize(listing.size);
  const first = await askFirst(get, listing, size);
  // Some answers of the API have had no cursors at all (docs/recharge-api.md#end-of-a-list): full, they may
  // hide that there is more.
  const hasCursors = 'next_cursor' in first.body || 'previous_cursor' in first.body;
  const mayGoOn = !hasCursors && rowsIn(listing, first).length >= size.asked;
  const firstRow = mayGoOn ? firstRowIn(listing, first) : undefined;
  let cursor = nextCursor(listing, first);
  yield pageOf(listing, first, size.asked);
  if (mayGoOn) yield* pagesWithoutCursor(get, listing, size.asked, firstRow);
  // Brent’s cycle detection: a mark that moves on at each power of two is met again by a listing that leads back.
  let mark = cursor;
  for (let pages = 1; cursor !== undefined; pages++) {
    const at = cursor;
    if ((pages & (pages - 1)) === 0) mark = at;
    const answer = await size.request((limit, onTimeout) =>
      get(() => ({ path, version, key, query: { cursor: at, limit: limit() } }), onTimeout),
    );
    cursor = nextCursor(listing, answer);
    yield pageOf(listing, answer, size.asked);
    if (cursor !== undefined && (cursor === at || cursor === mark))
      throw new RechargeError('malformed', path, 'the listing leads back to a page it has given', 200);
  }
}

/**
 * What lies behind a full first page that names no cursor: its pages by number. In a sorted listing that would not do: a
 * row that changes leaves its page, and lets another slip back over a border, unseen.
 * @throws RechargeError, also where the API does not count pages: whether there is more cannot be known then
 */
async function* pagesWithoutCursor(
  get: Get,
  listing: Listing,
  limit: number,
  firstRow: string | undefined,
): AsyncGenerator<Page> {
  for await (const page of laterPages(get, listing, limit, firstRow)) {
    if (page.rows.length > 0 && 'sort_by' in listing.query())
      throw new RechargeError(
        'malformed',
        listing.path,
        'there is more than a page, but no "next_cursor"',
        200,
      );
    yield page;
  }
}

/** A page of a listing by itself, and whether a `Link` leads on from it. @throws RechargeError */
export async function firstPage(get: Get, listing: Listing): Promise<Page & { readonly linked: boolean }> {
  const size = new ChainSize(listing.size);
  const answer = await askFirst(get, listing, size);
  return { ...pageOf(listing, answer, size.asked), linked: nextLink(answer.link) !== undefined };
}

/** The first page of a chain, asked for less, in rows and in what the listing can splitWindow, while the API cannot make it. */
function askFirst(get: Get, listing: Listing, size: ChainSize): Promise<ApiResponse> {
  const { path, version, key } = listing;
  return size.request((limit, onTimeout) =>
    get(
      () => ({ path, version, key, query: { ...listing.query(), limit: limit() } }),
      (fewest) => {
        onTimeout(fewest);
        listing.splitWindow?.();
      },
    ),
  );
}

/**
 * A 2021-01 listing, page by page: where the answer's `Link` header leads, and by counting where none ever comes
 * (docs/recharge-api.md#page-numbers). Counting ends with an empty page: a short one may be the API's own
 * choice. The page size stays once a page has been served: numbered pages of another size would not be the
 * same pages.
 * @throws RechargeError, also past 100 pages, which the API refuses (docs/recharge-api.md#page-numbers)
 */
export async function* numberedPages(get: Get, listing: Listing): AsyncGenerator<Page> {
  const size = new ChainSize(listing.size);
  const first = await askFirst(get, listing, size);
  const firstRow = firstRowIn(listing, first);
  yield pageOf(listing, first, size.asked);
  const next = nextLink(first.link);
  if (next !== undefined || firstRow !== undefined)
    yield* laterPages(get, listing, size.asked, firstRow, next);
}

/** Its pages from the second on, that one behind `link`, if one led there. An error tells how many had come. */
async function* laterPages(
  get: Get,
  listing: Listing,
  limit: number,
  firstRow: string | undefined,
  link?: Query,
): AsyncGenerator<Page> {
  const { path, version, key } = listing;
  let [linked, rowBefore, number] = [link !== undefined, firstRow, 2];
  let query = link ?? { ...listing.query(), limit, page: number };
  try {
    for (; ; number++) {
      const asked = query;
      const answer = await get(
        () => ({ path, version, key, query: asked }),
        () => {},
      );
      const row = firstRowIn(listing, answer);
      if (row !== undefined && row === rowBefore) throw leadsToItself(path);
      rowBefore = row;
      yield pageOf(listing, answer, limit);
      const next = nextLink(answer.link);
      linked ||= next !== undefined;
      if (next === undefined && (linked || row === undefined)) return;
      query = next ?? { ...listing.query(), limit, page: number + 1 };
      if (JSON.stringify(query) === JSON.stringify(asked)) throw leadsToItself(path);
    }
  } catch (error) {
    throw error instanceof RechargeError ? error.behind(number - 1) : error;
  }
}

function leadsToItself(path: string): RechargeError {
  return new RechargeError('malformed', path, 'the next page is the page itself', 200);
}

/** Undefined for an empty page. */
function firstRowIn(listing: Listing, answer: ApiResponse): string | undefined {
  const [first] = rowsIn(listing, answer);
  return JSON.stringify(first);
}

function pageOf(listing: Listing, answer: ApiResponse, limit: number): Page {
  return { rows: rowsIn(listing, answer), requestedAt: answer.requestedAt, limit };
}

function rowsIn({ path, key }: Listing, { rows, body }: ApiResponse): Rows {
  if (rows !== undefined) return rows;
  const list = body[key];
  const index = Array.isArray(list) ? list.findIndex((item) => !isObject(item)) : -1;
  const what = Array.isArray(list)
    ? `has ${typeOf(list[index])} at index ${index}, and is not a list of objects`
    : `is ${typeOf(list)}, not a list of objects`;
  throw new RechargeError('malformed', path, `"${key}" ${what}`, 200);
}

function nextCursor({ path }: Listing, { body }: ApiResponse): string | undefined {
  const next = body['next_cursor'] ?? undefined;
  if (next === undefined || (typeof next === 'string' && next !== '')) return next;
  throw new RechargeError('malformed', path, `"next_cursor" is ${typeOf(next)}, neither text nor null`, 200);
}

/** The query of the `rel="next"` link. Its host is not looked at: the next page is asked of the host we know. */
function nextLink(header: string | undefined): Query | undefined {
  for (const [, url, parameters] of (header ?? '').matchAll(/<([^<>]*)>([^,<]*)/g)) {
    if (url === undefined || !/;\s*rel="?next"?/i.test(parameters ?? '')) continue;
    return Object.fromEntries(new URL(url, 'https://api.rechargeapps.com').searchParams);
  }
  return undefined;
}
