import type { Batch } from '../airbyte/stream.ts';
import type { ApiObject } from '../recharge/answer.ts';
import type { Query } from '../recharge/client.ts';
import { cursorPages, type Get, type Page } from '../recharge/pages.ts';
import { commonStretches, holds, type Span } from './coverage.ts';
import { sortedCursorOf } from './cursor.ts';
import { type Instant, toText } from './instant.ts';
import type { Member } from './member.ts';
import { readInParallel } from './parallel.ts';
import { Segment } from './segment.ts';
import { endOf, SortedReading } from './sorted-reading.ts';
import { RechargeStream } from './stream.ts';

/** A listing that the API filters and sorts by `updated_at`: every page is a checkpoint. */
export abstract class IncrementalStream extends RechargeStream {
  override readonly cursorField = 'updated_at';

  protected override async *batches(members: readonly Member[], get: Get): AsyncGenerator<Batch> {
    const { window, client } = this.context;
    const readings = members.map((member) => {
      this.warnOfLateCursor(member);
      return new SortedReading(member, this.cursorField, window);
    });
    const stretches = commonStretches(readings.map(({ gaps }) => gaps));
    const segments = this.segments(stretches, () =>
      members.forEach((member) =>
        member.warn('rows came out of order; the cursor waits until the listing is complete.'),
      ),
    );
    const goesOn = members.every(({ isIncremental }) => isIncremental);
    const pages = (segment: Segment, narrow: () => void, left: () => number) => {
      const getOfSegment: Get = (ask, onHeavy) => get(() => ({ ...ask(), left: left() }), onHeavy);
      return this.pages(getOfSegment, segment, narrow, goesOn);
    };
    const spare = (left: number) => client.spare(left);
    const onWaiting = (change: 1 | -1) => {
      client.pagesWaiting += change;
    };
    const options = { pages, spare, onWaiting, now: Date.now, pageSize: this.pageSize };
    for await (const part of readInParallel(segments, options))
      for (const reading of readings.filter(({ gaps }) => holds(gaps, part.span.from)))
        yield reading.take(part);
    for (const reading of readings) yield reading.end();
  }

  /**
   * The pages of a segment; `narrow` gives half of it away, and where the next sync goes on from what this one saves, what
   * is not settled may be left to that. @throws RechargeError
   */
  protected pages(get: Get, segment: Segment, narrow: () => void, _goesOn: boolean): AsyncIterable<Page> {
    return cursorPages(get, { ...this.listing, query: () => this.queryFor(segment.span), narrow });
  }

  /** When a row stands in time, where the rows before it go as far as `notBefore`. */
  protected cursorOf(row: ApiObject, _notBefore: Instant): Instant | undefined {
    return sortedCursorOf(row, this.cursorField);
  }

  private segments(stretches: readonly Span[], onDisorder: () => void): Segment[] {
    const { settling, end } = this.context.window;
    return stretches.map(
      (span) =>
        new Segment({
          span,
          last: span.to === endOf(end),
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
  protected queryFor({ from, to }: Span): Query {
    return {
      ...this.query,
      updated_at_min: toText(from),
      ...(Number.isFinite(to) && { updated_at_max: toText(to) }),
      sort_by: 'updated_at-asc',
    };
  }
}
