import type { Batch } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/answer.ts';
import type { Query } from '../recharge/client.ts';
import { cursorPages, type Get, type Page } from '../recharge/pages.ts';
import { commonRanges, holds, type TimeRange } from './coverage.ts';
import { sortedCursorOf } from './cursor.ts';
import { type Instant, toText } from './instant.ts';
import type { StreamRun } from './stream-run.ts';
import { readInParallel } from './parallel.ts';
import { Slice } from './slice.ts';
import { endOf, SortedReading } from './sorted-reading.ts';
import { RechargeStream } from './recharge-stream.ts';

/** A listing that the API filters and sorts by `updated_at`: every page is a checkpoint. */
export abstract class IncrementalStream extends RechargeStream {
  override readonly cursorField = 'updated_at';

  protected override async *batches(members: readonly StreamRun[], get: Get): AsyncGenerator<Batch> {
    const { window, client } = this.context;
    const readings = members.map((member) => {
      this.warnOfLateCursor(member);
      return new SortedReading(member, this.cursorField, window);
    });
    const slices = this.slices(commonRanges(readings.map(({ gaps }) => gaps)), () =>
      members.forEach((member) =>
        member.warn('rows came out of order; the cursor waits until the listing is complete.'),
      ),
    );
    const resumes = members.every(({ isIncremental }) => isIncremental);
    const batches = readInParallel(slices, {
      pages: (slice) => this.pages(get, slice, resumes),
      availableConcurrency: (pagesRemaining, aboutToAsk) =>
        client.availableConcurrency(pagesRemaining, aboutToAsk),
      buffer: () => client.buffer(),
      now: Date.now,
      pageSize: this.pageSize,
    });
    for await (const batch of batches)
      for (const reading of readings.filter(({ gaps }) => holds(gaps, batch.range.from)))
        yield reading.take(batch);
    for (const reading of readings) yield reading.end();
  }

  /**
   * The pages of a slice. Where the next sync resumes from what this one saves, what is not settled may be left to that.
   * @throws RechargeError
   */
  protected pages(get: Get, slice: Slice, _resumes: boolean): AsyncIterable<Page> {
    const query = () => this.queryFor(slice.range);
    return cursorPages(get, { ...this.listing, query, narrow: () => slice.splitWindow(Date.now()) });
  }

  /** When a row stands in time, where the rows before it go as far as `notBefore`. */
  protected cursorOf(row: ApiObject, _notBefore: Instant): Instant | undefined {
    return sortedCursorOf(row, this.cursorField);
  }

  private slices(ranges: readonly TimeRange[], onDisorder: () => void): Slice[] {
    const { settling, end } = this.context.window;
    return ranges.map(
      (range) =>
        new Slice({
          range,
          isLast: range.to === endOf(end),
          settling,
          onDisorder,
          cursorOf: (row, notBefore) => this.cursorOf(row, notBefore),
        }),
    );
  }

  /**
   * What stands on the end itself is left to the segment behind it, and asked for all the same: nobody knows whether
   * the API takes its upper bound as inclusive (recharge-api §9.20), and it may keep fractions that it does not show.
   */
  protected queryFor({ from, to }: TimeRange): Query {
    return {
      ...this.query,
      updated_at_min: toText(from),
      ...(Number.isFinite(to) && { updated_at_max: toText(to) }),
      sort_by: 'updated_at-asc',
    };
  }
}
