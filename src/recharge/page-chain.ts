import { RechargeError } from './errors.ts';
import { numberedPages } from './numbered-pages.ts';
import { fewestRows, type OnTimeout } from './page-size.ts';
import { broken, firstRowOf, type Listing, nextIn, type Page, pageOf, withPlace } from './pages.ts';
import type { Query } from './request.ts';

/** A page of a chain: whether it leads on, where it says so, and whether it has rows and none before it has had more. */
interface ChainPage extends Page {
  readonly leadsOn?: boolean | undefined;
  readonly isLargest?: boolean;
}

/**
 * A listing from its first page on, as far as `next_cursor` or a `Link` leads, and by number where an answer has neither:
 * it may be the last one, or have lost it (docs/recharge-api.md#end-of-a-list). The first page is asked for less, in rows
 * and in what the listing can split, while the API cannot make it.
 *
 * An empty page is not the end, unless it is numbered. A first page without either is all there is where another page of
 * the listing has had more rows; so is one that is shorter than those before it, whose `Link` led on.
 *
 * @param mayCount false for rows in order of time: a row that changes lets another slip back over a border, unseen
 * @returns false where more may follow, which only counting could tell
 * @throws RechargeError, `expired` where a cursor is refused: a listing that begins anew has another one
 */
export async function* chainOfPages(listing: Listing, mayCount = true): AsyncGenerator<ChainPage, boolean> {
  const request = requestsOf(listing);
  let { answer, asked } = await request((limit) => ({ ...listing.query(), limit }), listing.splitWindow);
  let firstRow: string | undefined;
  let [rows, largest, hasCursors, mark] = [0, 0, false, ''];
  for (let pages = 1; ; pages++) {
    const page = pageOf(listing, answer, asked);
    if (pages === 1) firstRow = firstRowOf(page);
    const { length } = page.rows;
    const isLargest = listing.size.served(length);
    [rows, largest] = [rows + length, Math.max(largest, length)];
    const isFull = length > 0 && length >= (pages === 1 ? asked : Math.min(asked, largest));
    const next = nextIn(listing, answer);
    hasCursors ||= 'next_cursor' in answer.body;
    yield { ...page, isLargest, leadsOn: next === undefined ? undefined : next !== null };
    if (typeof next !== 'function') {
      const isAll = !isFull && !(pages === 1 ? isLargest : hasCursors);
      if (next === null || isAll) return true;
      if (mayCount) yield* numberedPages(listing, { pages, rows, largest, limit: asked, isFull, firstRow });
      return mayCount;
    }
    // Brent's cycle detection: a mark that moves on at each power of two is met again by a listing that leads back.
    const query = JSON.stringify(next(0));
    if (query === mark) throw broken(listing, 'the listing leads back to a page it has given');
    if ((pages & (pages - 1)) === 0) mark = query;
    ({ answer, asked } = await request(next).catch((error: unknown) => {
      throw withPlace(error, next(0), pages);
    }));
  }
}

/** A page of a listing by itself, and whether more rows may follow where it does not say so. @throws RechargeError */
export async function firstPage(listing: Listing): Promise<ChainPage & { readonly isFull: boolean }> {
  const { value } = await chainOfPages(listing).next();
  const page = value as ChainPage;
  const { length } = page.rows;
  return { ...page, isFull: length >= page.limit || (page.isLargest === true && length >= fewestRows) };
}

/**
 * Makes the requests of one chain, in page sizes that change as far as the API lets them within it: goes back for good to
 * the chain's first size where the API takes no other (422). `asked` rows were asked for. @throws RechargeError
 */
function requestsOf({ get, size, path, version, key }: Listing) {
  let asked = 0;
  let isFixed = false;
  /** Rows asked for by the first request that was answered. */
  let first: number | undefined;
  return async (queryFor: (limit: number) => Query, onHeavy?: () => void) => {
    const ask = (limit = asked) => ({ path, version, key, query: queryFor(limit) });
    const send = (limit: () => number, onTimeout: OnTimeout) =>
      get(
        () => ask((asked = limit())),
        (fewest) => {
          onTimeout(fewest);
          onHeavy?.();
        },
      );
    try {
      const answer = await (isFixed ? get(() => ask()) : size.request(send));
      first ??= asked;
      return { answer, asked };
    } catch (error) {
      const isRefused = error instanceof RechargeError && error.status === 422;
      if (!isRefused || first === undefined || asked === first) throw error;
      [asked, isFixed] = [first, true];
      return { answer: await get(() => ask()), asked };
    }
  };
}
