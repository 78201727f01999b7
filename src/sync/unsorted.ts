import type { ApiObject } from '../recharge/api-object.ts';
import { taken } from '../recharge/packed-rows.ts';
import type { Listing, Page } from '../recharge/pages.ts';
import { listingPages } from '../recharge/restarting.ts';
import { cursorAfterAll, cursorOf, lowerBound, stateOf, type Window } from './cursor.ts';
import { type Instant, parseUtc } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import type { Pages } from './pagination.ts';
import type { StreamRun } from './stream-run.ts';

/** Facts of a listing in no order; each has a default. */
export interface UnsortedOptions {
  /** What the API calls the cursor field. */
  readonly timeField?: string;
  /** Where this sync begins to emit for one stream, inclusive. */
  readonly lowerBound?: (run: StreamRun, window: Window) => Instant;
  /** What has been read for one stream before; its saved cursor, if undefined. */
  readonly begin?: (run: StreamRun) => Instant | undefined;
  /** The cursor of a complete listing whose first page was requested at `requestedAt`; never before `begin`. */
  readonly cursorAfter?: (begin: Instant, largest: Instant, requestedAt: Instant, window: Window) => Instant;
}

/** The pages of a listing, with every record at or after `from` among them. @throws RechargeError */
export type PagesSince = (endpoint: Listing, from: Instant) => AsyncIterable<Page>;

/** A listing that the API neither sorts nor filters by the cursor: read whole, and filtered here. */
export function clientFiltered(pages: Pages = listingPages): ListingReader {
  return unsorted(pages);
}

/** A listing that is not sorted by its cursor: read to its end each time, and the cursor moves when it is complete. */
export function unsorted(pages: PagesSince, options: UnsortedOptions = {}): ListingReader {
  return async function* ({ runs, endpoint, window }, cursorField) {
    const { timeField = cursorField, cursorAfter = cursorAfterAll } = options;
    const firstInstant = options.lowerBound ?? (({ saved }) => lowerBound(saved, window));
    const readings = runs.map((run) => {
      run.warnOfLateCursor(Date.now() - window.settling);
      return { run, from: firstInstant(run, window), largest: Number.NEGATIVE_INFINITY };
    });
    const from = Math.min(...readings.map((reading) => reading.from));
    let firstRequestedAt: Instant | undefined;
    for await (const page of pages(endpoint, from)) {
      firstRequestedAt ??= page.requestedAt;
      const rows = taken(page.rows);
      for (const reading of readings)
        yield reading.run.batch([...rows].filter((row) => takes(reading, row, timeField, window.end)));
    }
    for (const { run, largest } of readings) {
      const begin = options.begin?.(run) ?? run.saved ?? window.start;
      const cursor = cursorAfter(begin, largest, firstRequestedAt ?? begin, window);
      yield run.batch([], stateOf(cursorField, cursor));
    }
  };
}

/** Whether a stream takes a row; `largest` is the latest instant of those that it took. */
function takes(
  reading: { readonly from: Instant; largest: Instant },
  row: ApiObject,
  timeField: string,
  end = Number.POSITIVE_INFINITY,
): boolean {
  const instant = cursorOf(row, timeField);
  if (instant === undefined) return true;
  // Of the readings of a time without zone each bound takes the one that lets the row in, and the cursor none past the end.
  const earliest = cursorOf(row, timeField, parseUtc) ?? instant;
  if (instant < reading.from || earliest > end) return false;
  reading.largest = Math.max(reading.largest, Math.min(instant, end));
  return true;
}
