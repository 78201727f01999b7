import { isObject, typeOf } from './api-object.ts';
import type { ApiRequest, ApiVersion, Query } from './client.ts';
import { RechargeError } from './errors.ts';
import type { Rows } from './packed-rows.ts';
import { fewestRows, type OnTimeout, type PageSize } from './page-size.ts';
import type { ApiResponse } from './response.ts';

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
  /** Told in a sentence what is odd about its answers. */
  readonly warn?: (sentence: string) => void;
  /** Told of a row that has no key to ask with: where it is. */
  readonly onKeylessRow?: (place: string) => void;
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

/** The page size of one chain of pages, as far as the API lets it change within the chain. */
class ChainSize {
  readonly #shared: PageSize;
  /** Rows that the latest request asked for. */
  asked = 0;
  /** Of the first page that was served. */
  #first: number | undefined;
  #isFixed = false;

  constructor(shared: PageSize) {
    this.#shared = shared;
  }

  /**
   * Where the API takes no other size beside a cursor than the one the chain began with (422), goes back to that, asks
   * once more, and keeps it. @param onHeavy called when the API could not answer in time @throws RechargeError
   */
  async request(
    get: Get,
    requestFor: (limit: number) => ApiRequest,
    onHeavy?: () => void,
  ): Promise<ApiResponse> {
    if (!this.#isFixed) {
      try {
        const answer = await this.#shared.request((limit, onTimeout) =>
          get(
            () => requestFor((this.asked = limit())),
            (fewest) => {
              onTimeout(fewest);
              onHeavy?.();
            },
          ),
        );
        this.#first ??= this.asked;
        return answer;
      } catch (error) {
        const refused = error instanceof RechargeError && error.status === 422;
        if (!refused || this.#first === undefined || this.asked === this.#first) throw error;
        this.asked = this.#first;
        this.#isFixed = true;
      }
    }
    return getOnce(get, requestFor(this.asked));
  }
}

/** A page of a chain: whether it leads on, where it says so, and whether it has rows and none before it has had more. */
interface ChainPage extends Page {
  readonly leadsOn?: boolean | undefined;
  readonly isLargest?: boolean;
}

/** Makes the query of the next page; null where the answer says that there is none, undefined where it says nothing. */
type Next = ((limit: number) => Query) | null | undefined;

/**
 * A listing from its first page on, as far as `next_cursor` or a `Link` leads, and by number where an answer has neither:
 * it may be the last one, or have lost it (docs/recharge-api.md#end-of-a-list). An empty page is not the end, but that of
 * numbered ones. A first page without either is all there is where another page of the listing has had more rows; so is
 * one that is shorter than those before it whose `Link` led on, since its last page has none. The first page is asked for
 * less, in rows and in what the listing can split, while the API cannot make it.
 *
 * @param mayCount false for rows in order of time: between numbered pages a row that changes lets another slip back over
 * a border, unseen
 * @returns false where more may follow, which only counting could tell
 * @throws RechargeError, `expired` where a cursor is refused: a listing that begins anew has another one
 */
export async function* chainOfPages(
  get: Get,
  listing: Listing,
  mayCount = true,
): AsyncGenerator<ChainPage, boolean> {
  const size = new ChainSize(listing.size);
  let answer = await size.request(
    get,
    (limit) => requestOf(listing, { ...listing.query(), limit }),
    listing.splitWindow,
  );
  const firstRow = firstRowIn(listing, answer);
  let [rows, largest, hasCursors, mark] = [0, 0, false, ''];
  for (let pages = 1; ; pages++) {
    const page = pageOf(listing, answer, size.asked);
    const { length } = page.rows;
    const isLargest = listing.size.served(length);
    [rows, largest] = [rows + length, Math.max(largest, length)];
    const isFull = length > 0 && length >= (pages === 1 ? size.asked : Math.min(size.asked, largest));
    const next = nextIn(listing, answer);
    hasCursors ||= 'next_cursor' in answer.body;
    yield { ...page, isLargest, leadsOn: next === undefined ? undefined : next !== null };
    if (typeof next !== 'function') {
      const isAll = !isFull && !(pages === 1 ? isLargest : hasCursors);
      if (next === null || isAll) return true;
      if (mayCount)
        yield* countedPages(get, listing, { pages, rows, largest, limit: size.asked, isFull, firstRow });
      return mayCount;
    }
    // Brent's cycle detection: a mark that moves on at each power of two is met again by a listing that leads back.
    const query = JSON.stringify(next(0));
    if (query === mark) throw broken(listing, 'the listing leads back to a page it has given');
    if ((pages & (pages - 1)) === 0) mark = query;
    answer = await size
      .request(get, (limit) => requestOf(listing, next(limit)))
      .catch((error: unknown) => {
        throw withPlace(error, next(0), pages);
      });
  }
}

/** What has come of a listing before its pages are counted. */
interface Before {
  readonly pages: number;
  readonly rows: number;
  /** Rows of the largest page. */
  readonly largest: number;
  /** Rows that the latest page was asked for. */
  readonly limit: number;
  /** The latest page has as many rows as the API gives: more is likely to follow. */
  readonly isFull: boolean;
  /** The first row of all, as text. */
  readonly firstRow: string | undefined;
}

/**
 * The pages after those, by number, to an empty one. Where the API does not give the first of them, what came was all
 * there is, if it was not full. The page size stays: numbered pages of another size would not be the same pages.
 * @throws RechargeError, also past 100 pages, which the API refuses (docs/recharge-api.md#page-numbers)
 */
async function* countedPages(get: Get, listing: Listing, before: Before): AsyncGenerator<Page> {
  const { pages, rows, largest, isFull } = before;
  // An API that gives fewer rows than it is asked for is asked for as many, and the pages so far may have been of any size.
  const isCapped = largest >= fewestRows;
  const limit = isCapped ? Math.min(before.limit, largest) : before.limit;
  const first = isCapped ? Math.floor(rows / limit) + 1 : pages + 1;
  let rowBefore = before.firstRow;
  for (let page = first; ; page++) {
    const request = requestOf(listing, { ...listing.query(), limit, page });
    const answer = await getOnce(get, request).catch((error: unknown) => {
      const isOptional = page === first && listing.version === '2021-11' && isRefusal(error);
      if (isOptional && !isFull) return error;
      throw isOptional && pages > 1 ? error.with({ kind: 'expired' }) : withPlace(error, { page }, page - 1);
    });
    if (answer instanceof RechargeError) {
      listing.warn?.(
        `an answer did not say whether more follows, and Recharge refuses the next page by its number (${answer.status}): what came is taken for all.`,
      );
      return;
    }
    const row = firstRowIn(listing, answer);
    if (row !== undefined && row === rowBefore) {
      if (page === first && !isFull) return;
      throw broken(listing, 'the next page is the page itself');
    }
    rowBefore = row;
    yield pageOf(listing, answer, limit);
    if (row === undefined) return;
  }
}

/** A page of a listing by itself, and whether more rows may follow where it does not say so. @throws RechargeError */
export async function firstPage(
  get: Get,
  listing: Listing,
): Promise<ChainPage & { readonly isFull: boolean }> {
  const { value } = await chainOfPages(get, listing).next();
  const page = value as ChainPage;
  const { length } = page.rows;
  return { ...page, isFull: length >= page.limit || (page.isLargest === true && length >= fewestRows) };
}

/** An answer to a request that no time-out makes lighter. @throws RechargeError */
export function getOnce(get: Get, request: ApiRequest): Promise<ApiResponse> {
  return get(
    () => request,
    () => {},
  );
}

function requestOf({ path, version, key }: Listing, query: Query): ApiRequest {
  return { path, version, key, query };
}

/** What a cursor is refused with that has died: by its name, or as something that is not there (docs/recharge-api.md#cursors). */
const ofDeadCursors = new Set<number | undefined>([400, 404, 410, 422]);

/** The error of a page after so many; a cursor's may be that it has died. */
function withPlace(error: unknown, query: Query, pages: number): unknown {
  if (!(error instanceof RechargeError)) return error;
  const isNumbered = 'page' in query && !('cursor' in query);
  const isDead = !isNumbered && ofDeadCursors.has(error.status);
  return error.with(isDead ? { kind: 'expired' } : { pagesBefore: pages, isNumbered });
}

function isRefusal(error: unknown): error is RechargeError {
  return (
    error instanceof RechargeError &&
    (error.kind === 'rejected' || error.kind === 'forbidden') &&
    (error.status ?? 0) < 500
  );
}

function broken({ path }: Listing, what: string): RechargeError {
  return new RechargeError('malformed', path, what, 200);
}

/** Undefined for an empty page. */
function firstRowIn(listing: Listing, answer: ApiResponse): string | undefined {
  const [first] = rowsIn(listing, answer);
  return JSON.stringify(first);
}

function pageOf(listing: Listing, answer: ApiResponse, limit: number): Page {
  return { rows: rowsIn(listing, answer), requestedAt: answer.requestedAt, limit };
}

function rowsIn(listing: Listing, { rows, body }: ApiResponse): Rows {
  if (rows !== undefined) return rows;
  const list = body[listing.key];
  const index = Array.isArray(list) ? list.findIndex((item) => !isObject(item)) : -1;
  const what = Array.isArray(list)
    ? `has ${typeOf(list[index])} at index ${index}, and is not a list of objects`
    : `is ${typeOf(list)}, not a list of objects`;
  throw broken(listing, `"${listing.key}" ${what}`);
}

/** Beside `cursor` only `limit` may stand: it carries filters and order (docs/recharge-api.md#cursors). */
function nextIn(listing: Listing, { body, link }: ApiResponse): Next {
  const { next_cursor: cursor } = body;
  if (cursor === null) return null;
  if (typeof cursor === 'string' && cursor !== '') return (limit) => ({ cursor, limit });
  if (cursor !== undefined && cursor !== '')
    throw broken(listing, `"next_cursor" is ${typeOf(cursor)}, neither text nor null`);
  const to = nextLink(link);
  if (to === undefined) return undefined;
  const url = URL.parse(to, 'https://api.rechargeapps.com');
  if (url === null) throw broken(listing, '"Link" leads to what is no URL');
  // Its host is not looked at: the next page is asked of the host we know.
  const query = Object.fromEntries(url.searchParams);
  return () => query;
}

/** Where the `rel="next"` link leads. */
function nextLink(header: string | undefined): string | undefined {
  for (const [, url, parameters] of (header ?? '').matchAll(/<([^<>]*)>([^,<]*)/g))
    if (/;\s*rel="?next"?/i.test(parameters ?? '')) return url;
  return undefined;
}
