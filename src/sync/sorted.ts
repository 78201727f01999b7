import { listingPages } from '../recharge/restarting.ts';
import { byCursor, type SlicePages } from './by-time.ts';
import { commonRanges, holds, type TimeRange } from './coverage.ts';
import { boundsOf, cursorOf, type ParseTime } from './cursor.ts';
import { checkingFilter, FilterIgnored } from './ignored-filter.ts';
import { parseUtc } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import { readInParallel } from './parallel.ts';
import { Slice } from './slice.ts';
import { endOf, SortedReading } from './sorted-reading.ts';
import { unsorted } from './unsorted.ts';

/**
 * A listing that the API filters and sorts by the cursor: read in slices side by side, and every page is a checkpoint.
 * @param parse reads a row's time; never later than the moment meant, so that no cursor covers rows that are still to come
 */
export function sorted(pages: SlicePages = byCursor, parse: ParseTime = parseUtc): ListingReader {
  return async function* (request, cursorField) {
    const { runs, endpoint, window } = request;
    const { settling } = window;
    const readings = runs.map((run) => {
      run.warnOfLateCursor(Date.now() - settling);
      return new SortedReading(run, cursorField, window);
    });
    const end = endOf(window.end);
    const slices = commonRanges(readings.map(({ gaps }) => gaps)).map(
      (range) =>
        new Slice({
          range,
          isLast: range.to === end,
          settling,
          cursorOf: (row, notBefore) => cursorOf(row, cursorField, parse, notBefore),
          onDisorder: () =>
            runs.forEach((run) =>
              run.warn('rows came out of order; the cursor waits until the listing is complete.'),
            ),
        }),
    );
    const queryFor = (range: TimeRange) => ({
      ...endpoint.query(),
      ...boundsOf(cursorField, range),
      sort_by: `${cursorField}-asc`,
    });
    const get = checkingFilter(endpoint.get, cursorField);
    const resumes = runs.every(({ isIncremental }) => isIncremental);
    const pagesOf = (slice: Slice) => {
      const query = () => queryFor(slice.range);
      const splitWindow = () => slice.splitWindow(Date.now());
      return pages({ ...endpoint, get, query, splitWindow }, { slice, queryFor, resumes });
    };
    try {
      for await (const batch of readInParallel(slices, pagesOf, request))
        for (const reading of readings.filter(({ gaps }) => holds(gaps, batch.range.from)))
          yield reading.accept(batch);
      for (const reading of readings) yield reading.end();
    } catch (error) {
      if (!(error instanceof FilterIgnored)) throw error;
      endpoint.warn?.(
        `Recharge does not keep to ${cursorField}_min and ${cursorField}_max for ${endpoint.path}, so its whole listing is read, by one chain of pages.`,
      );
      const inOneChain = unsorted(
        (_endpoint, from) => listingPages({ ...endpoint, query: () => queryFor({ from, to: end }) }),
        { begin: (run) => readings.find((reading) => reading.run === run)?.cursor },
      );
      yield* inOneChain(request, cursorField);
    }
  };
}
