import type { Batch } from '../airbyte/index.ts';
import { listingPages } from '../recharge/restarting.ts';
import { byCursor, type SlicePages } from './by-time.ts';
import { commonRanges, Coverage, holds, type TimeRange } from './coverage.ts';
import {
  boundsOf,
  cursorOf,
  lowerBound,
  type ParseTime,
  savedCompletedRanges,
  stateOf,
  stateOfCoverage,
  type Window,
} from './cursor.ts';
import { checkingFilter, FilterIgnored } from './ignored-filter.ts';
import { floorToSecond, type Instant, parseUtc, second } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import { readInParallel } from './parallel.ts';
import { Slice, type SliceBatch } from './slice.ts';
import type { StreamRun } from './stream-run.ts';
import { unsorted } from './unsorted.ts';

/**
 * A listing that the API filters and sorts by the cursor: read in slices side by side, and every page is a checkpoint.
 * @param parse reads a row's time; never later than the moment meant, so that no cursor covers rows that are still to come
 */
export function sorted(pages: SlicePages = byCursor, parse: ParseTime = parseUtc): ListingReader {
  return async function* (request, cursorField) {
    const { runs, endpoint, window } = request;
    const { settling } = window;
    const end = endOf(window);
    const readings = runs.map((run) => {
      run.warnOfLateCursor(Date.now() - settling);
      return readingOf(run, cursorField, window);
    });
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
    const get = checkingFilter(endpoint.get, cursorField, parse);
    const resumes = runs.every(({ isIncremental }) => isIncremental);
    const pagesOf = (slice: Slice) => {
      const splitWindow = () => slice.splitWindow(Date.now());
      return pages({ ...endpoint, get, splitWindow }, { slice, queryFor, resumes });
    };
    try {
      for await (const batch of readInParallel(slices, pagesOf, request))
        for (const reading of readings.filter(({ gaps }) => holds(gaps, batch.range.from)))
          yield reading.accept(batch);
      // What a stream ends with, whether anything was to be read or not.
      for (const { run, stateNow } of readings) yield run.batch([], stateNow());
    } catch (error) {
      if (!(error instanceof FilterIgnored)) throw error;
      endpoint.warn?.(
        `Recharge does not keep to ${cursorField}_min and ${cursorField}_max for ${endpoint.path}, so its whole listing is read, by one chain of pages.`,
      );
      const inOneChain = unsorted(
        (_endpoint, from) => listingPages({ ...endpoint, query: () => queryFor({ from, to: end }) }),
        { begin: (run) => readings.find((reading) => reading.run === run)?.coverage.cursor },
      );
      yield* inOneChain(request, cursorField);
    }
  };
}

/** How far one stream has come; `gaps` are what this sync is to read for it. */
function readingOf(run: StreamRun, cursorField: string, window: Window) {
  const { saved, request } = run;
  const from = lowerBound(saved, window);
  const begin = Math.max(saved ?? window.start, from);
  const end = endOf(window);
  const coverage = new Coverage(begin, savedCompletedRanges(request.state));
  const stateNow = () =>
    // Where start_date lies after the saved cursor and nothing was read, nothing is said of the time between.
    saved !== undefined && coverage.cursor === begin && coverage.completedRanges.length === 0
      ? stateOf(cursorField, saved)
      : stateOfCoverage(cursorField, coverage);
  /** Of the time that this sync reads. Rows are not spread evenly over it, so it is no share of them. */
  const shareNow = () => {
    const until = Math.min(end, Date.now());
    const left = coverage.gaps(coverage.cursor, until).reduce((sum, gap) => sum + gap.to - gap.from, 0);
    return 1 - left / Math.max(1, until - begin);
  };
  const accept = ({ rows, range }: SliceBatch): Batch => {
    coverage.add(range);
    return run.batch(rows, stateNow(), shareNow());
  };
  return { run, coverage, gaps: coverage.gaps(from, end), accept, stateNow };
}

/** Where reading ends, exclusive. */
function endOf({ end }: Window): Instant {
  return end === undefined ? Number.POSITIVE_INFINITY : floorToSecond(end) + second;
}
