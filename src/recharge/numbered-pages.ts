import { RechargeError } from './errors.ts';
import { fewestRows } from './page-size.ts';
import { broken, firstRowOf, type Listing, type Page, pageOf, withPlace } from './pages.ts';

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
export async function* numberedPages(listing: Listing, before: Before): AsyncGenerator<Page> {
  const { get, path, version, key } = listing;
  const { pages, rows, largest, isFull } = before;
  // An API that gives fewer rows than it is asked for is asked for as many, and the pages so far may have been of any size.
  const isCapped = largest >= fewestRows;
  const limit = isCapped ? Math.min(before.limit, largest) : before.limit;
  const first = isCapped ? Math.floor(rows / limit) + 1 : pages + 1;
  let rowBefore = before.firstRow;
  for (let number = first; ; number++) {
    const query = { ...listing.query(), limit, page: number };
    const answer = await get(() => ({ path, version, key, query })).catch((error: unknown) => {
      const isOptional = number === first && version === '2021-11' && isRefusal(error);
      if (!isOptional || isFull)
        throw isOptional && pages > 1 ? error.with({ kind: 'expired' }) : withPlace(error, query, number - 1);
      listing.warn?.(
        `an answer did not say whether more follows, and Recharge refuses the next page by its number (${error.status}): what came is taken for all.`,
      );
      return undefined;
    });
    if (answer === undefined) return;
    const page = pageOf(listing, answer, limit);
    const row = firstRowOf(page);
    if (row !== undefined && row === rowBefore) {
      if (number === first && !isFull) return;
      throw broken(listing, 'the next page is the page itself');
    }
    rowBefore = row;
    yield page;
    if (row === undefined) return;
  }
}

function isRefusal(error: unknown): error is RechargeError {
  if (!(error instanceof RechargeError) || error.status === 501) return false;
  return error.kind === 'rejected' || error.kind === 'forbidden';
}
