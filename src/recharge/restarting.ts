import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { RechargeError } from './errors.ts';
import type { Rows } from './packed-rows.ts';
import { chainOfPages } from './page-chain.ts';
import { broken, type Listing, type Page } from './pages.ts';

/** Pages in a row without a row that is new; more are not read. Two minutes of an ordinary token's rate limit. */
const mostPagesWithoutNewRows = 250;
/** Listings anew, one after the other, that come no further than those before them. */
const mostRestartsWithoutProgress = 5;
/** Pages that wait, packed, for a reader that is slower than the API: some tens of megabytes. */
const mostPagesAhead = 400;

/** A listing to its end, begun anew from its first page where its cursor dies. @throws RechargeError */
export function listingPages(listing: Listing): AsyncGenerator<Page> {
  return restarting(listing, () => chainOfPages(listing));
}

/**
 * The pages of a listing that begins anew where its cursor dies: those read until then come again, as far as `begin` goes
 * back. A listing in no order, or one that came no further the last time, is fetched ahead of its reader from then on:
 * its cursors would die again while that is slow.
 *
 * @param begin the pages from where the listing is to begin
 * @param reached how far in time the pages have led whose reader asks for the next one; absent for rows in no order
 * @throws RechargeError: `expired` after five listings anew that came no later in time and had no more pages than any
 * before them; `malformed` where 250 pages bring no row that is new
 */
export async function* restarting(
  { path }: Pick<Listing, 'path'>,
  begin: () => AsyncIterable<Page>,
  reached?: () => number,
): AsyncGenerator<Page> {
  let [furthest, mostPages, fruitless] = [reached?.() ?? 0, 0, 0];
  for (let isAhead = false; ; ) {
    let pages = 0;
    const attempt = async function* (): AsyncGenerator<Page> {
      for await (const page of untilStale(path, begin(), reached)) {
        pages += 1;
        if (isAhead) page.rows.pack?.();
        yield page;
      }
    };
    try {
      yield* isAhead ? Readable.from(attempt(), { highWaterMark: mostPagesAhead }) : attempt();
      return;
    } catch (error) {
      if (!(error instanceof RechargeError && error.kind === 'expired')) throw error;
      const time = reached?.() ?? 0;
      const hasProgress = pages > mostPages || time > furthest;
      [furthest, mostPages] = [Math.max(furthest, time), Math.max(mostPages, pages)];
      fruitless = hasProgress ? 0 : fruitless + 1;
      if (fruitless === mostRestartsWithoutProgress) throw error;
      isAhead = reached === undefined || !hasProgress;
    }
  }
}

/** @throws RechargeError (`malformed`) after so many pages in a row without a later time or a row that is new */
async function* untilStale(path: string, pages: AsyncIterable<Page>, reached = () => 0) {
  let time = reached();
  let seen: Uint8Array | undefined;
  let stale = 0;
  let isFirst = true;
  for await (const page of pages) {
    if (reached() > time) [time, seen, stale] = [reached(), undefined, 0];
    else if (!isFirst) {
      seen ??= new Uint8Array(2 ** 20);
      stale = addTo(seen, page.rows) ? 0 : stale + 1;
    }
    if (stale === mostPagesWithoutNewRows)
      throw broken({ path }, `${stale} pages in a row have no row that is new`);
    isFirst = false;
    yield page;
  }
}

/**
 * Whether any of these rows is new, and takes them for seen. What has been is a bit each: of ten million rows, seven new
 * ones in ten are taken for seen, but never a whole page.
 */
function addTo(seen: Uint8Array, rows: Rows): boolean {
  let isNew = false;
  for (const row of rows) {
    // A row that has changed is no new one: an API may write the time of its answer.
    const hash = crc32(JSON.stringify(row['id'] ?? row));
    const [byte, bit] = [hash % seen.length, 1 << (hash >>> 29)];
    const bits = seen[byte] ?? 0;
    isNew ||= (bits & bit) === 0;
    seen[byte] = bits | bit;
  }
  return isNew;
}
