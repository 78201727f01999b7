import type { ApiObject } from '../recharge/answer.ts';
import { firstPage, type Get, numberedPages, type Page } from '../recharge/pages.ts';
import { IncrementalStream } from './incremental.ts';
import { floorToSecond, type Instant, risingRowInstant } from './instant.ts';
import { risingInstants, type Segment } from './segment.ts';

const second = 1_000;

/**
 * A listing of version 2021-01 that the API filters and sorts by `updated_at`. Its pages are numbered: a row that
 * changes leaves its page, and lets another slip back over a border, unseen; and more than 100 are refused
 * (recharge-api §5.3). So each page is a first one, which begins in the second the one before it ended in. Its times
 * are New York's and name no zone.
 */
export abstract class TimePagedStream extends IncrementalStream {
  override readonly version = '2021-01';

  protected override async *pages(get: Get, segment: Segment, narrow: () => void): AsyncGenerator<Page> {
    let { from } = segment.span;
    let everLinked = false;
    for (;;) {
      const { to } = segment.span;
      const query = () => this.queryFor({ from, to: segment.span.to });
      const listing = { ...this.listing, query, narrow };
      const page = await firstPage(get, listing);
      const isFull = page.linked || page.rows.length >= page.limit;
      if (isFull && !this.isSorted(page.rows, from)) {
        narrow();
        if (segment.span.to < to) continue;
        yield* numberedPages(get, listing);
        return;
      }
      yield page;
      everLinked ||= page.linked;
      const reached = floorToSecond(segment.unread.from);
      // Where no answer ever links to another, a page may be short without being the last.
      if (!page.linked && (everLinked || (reached <= from && !isFull))) return;
      if (reached > from) from = reached;
      else {
        yield* this.wholeSecond(get, from);
        from += second;
      }
    }
  }

  protected override cursorOf(row: ApiObject, notBefore: Instant): Instant | undefined {
    const value = row[this.cursorField];
    return typeof value === 'string' ? risingRowInstant(value, notBefore) : undefined;
  }

  /**
   * More rows in one second than a page holds are read by number, until nothing has left the second between two
   * readings: what one of them missed is in the other.
   */
  private async *wholeSecond(get: Get, from: Instant): AsyncGenerator<Page> {
    const listing = { ...this.listing, query: () => this.queryFor({ from, to: from + second }) };
    for (let before: string | undefined; ; ) {
      const ids: string[] = [];
      for await (const page of numberedPages(get, listing)) {
        const rows = [...page.rows].filter((row) => (this.cursorOf(row, from) ?? from) < from + second);
        ids.push(...rows.map((row) => JSON.stringify(row['id'])));
        yield { ...page, rows };
      }
      const now = ids.toSorted().join();
      if (now === before) return;
      before = now;
    }
  }

  private isSorted(rows: Iterable<ApiObject>, from: Instant): boolean {
    const instants = risingInstants(rows, from, (row, notBefore) => this.cursorOf(row, notBefore));
    const times = instants.filter((instant) => instant !== undefined);
    return times.every((instant, index) => instant >= (times[index - 1] ?? from));
  }
}
