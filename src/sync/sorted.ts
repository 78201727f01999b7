import type { ApiObject } from '../recharge/api-object.ts';
import type { Query } from '../recharge/client.ts';
import type { Get, Listing, Page } from '../recharge/pages.ts';
import { commonRanges, holds, type TimeRange } from './coverage.ts';
import { cursorOf, type ParseTime } from './cursor.ts';
import { parseUtc, toText } from './instant.ts';
import type { ListingReader, ListingRequest } from './listing-reader.ts';
import { byCursor } from './pagination.ts';
import { readInParallel } from './parallel.ts';
import { Slice, type SliceOptions } from './slice.ts';
import { endOf, SortedReading } from './sorted-reading.ts';

/** What finds the pages of a slice: the slice itself, and what else the order of its rows takes. */
export interface SliceRequest {
  readonly slice: Slice;
  /** What the first page of a range of time is asked with. */
  readonly queryFor: (range: TimeRange) => Query;
  /** When a row stands in time, where the rows before it go as far as `notBefore`. */
  readonly cursorOf: SliceOptions['cursorOf'];
  /** The next sync resumes from what this one saves, so what is not settled may be left to it. */
  readonly resumes: boolean;
  /** Milliseconds for which an update may stay hidden. */
  readonly settling: number;
}

/** How the pages of a slice are found; the endpoint's first page is that of the slice. @throws RechargeError */
export type SlicePages = (get: Get, endpoint: Listing, request: SliceRequest) => AsyncIterable<Page>;

/**
 * A listing that the API filters and sorts by the cursor: read in slices side by side, and every page is a checkpoint.
 * @param parse reads a row's time; never later than the moment meant, so that no cursor covers rows that are still to come
 */
export function sorted(pages: SlicePages = byCursor, parse: ParseTime = parseUtc): ListingReader {
  return async function* (request, cursorField) {
    const { runs, get, endpoint, pageSize, client, window } = request;
    const readings = runs.map((run) => {
      run.warnOfLateCursor(Date.now() - window.settling);
      return new SortedReading(run, cursorField, window);
    });
    const queryFor = queryOf(endpoint, cursorField);
    const rowTime = (row: ApiObject, notBefore: number) => cursorOf(row, cursorField, parse, notBefore);
    const resumes = runs.every(({ isIncremental }) => isIncremental);
    const batches = readInParallel(
      slicesOf(commonRanges(readings.map(({ gaps }) => gaps)), request, rowTime),
      {
        pages: (slice) => {
          const query = () => queryFor(slice.range);
          const splitWindow = () => slice.splitWindow(Date.now());
          const { settling } = window;
          return pages(
            get,
            { ...endpoint, query, splitWindow },
            { slice, queryFor, cursorOf: rowTime, resumes, settling },
          );
        },
        client,
        pageSize,
      },
    );
    for await (const batch of batches)
      for (const reading of readings.filter(({ gaps }) => holds(gaps, batch.range.from)))
        yield reading.accept(batch);
    for (const reading of readings) yield reading.end();
  };
}

function slicesOf(
  ranges: readonly TimeRange[],
  { runs, window }: ListingRequest,
  rowTime: SliceOptions['cursorOf'],
): Slice[] {
  const onDisorder = () => {
    for (const run of runs)
      run.warn('rows came out of order; the cursor waits until the listing is complete.');
  };
  return ranges.map(
    (range) =>
      new Slice({
        range,
        isLast: range.to === endOf(window.end),
        settling: window.settling,
        onDisorder,
        cursorOf: rowTime,
      }),
  );
}

/**
 * What stands on the end itself is left to the slice after it, and asked for all the same: nobody knows whether the API
 * takes its upper bound as inclusive (docs/recharge-api.md#date-filters), and it may keep fractions that it
 * does not show.
 */
function queryOf({ query }: Listing, field: string): SliceRequest['queryFor'] {
  return ({ from, to }) => ({
    ...query(),
    [`${field}_min`]: toText(from),
    ...(Number.isFinite(to) && { [`${field}_max`]: toText(to) }),
    sort_by: `${field}-asc`,
  });
}
