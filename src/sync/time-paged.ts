import type { ApiObject } from '../recharge/answer.ts';
import type { Rows } from '../recharge/packed-rows.ts';
import { firstPage, type Get, numberedPages, type Page } from '../recharge/pages.ts';
import { IncrementalStream } from './incremental-stream.ts';
import { floorToSecond, type Instant, parseStoreTimeAscending } from './instant.ts';
import { ascendingInstants, type Slice } from './slice.ts';

const second = 1_000;

/**
 * A listing of version 2021-01 that the API filters and sorts by `updated_at`. Its pages are numbered: a row that
 * changes leaves its page, and lets another slip back over a border, unseen; and more than 100 are refused
 * (recharge-api §5.3). So each page is a first one, which begins in the second the one before it ended in. Its times
 * are New York's and name no zone.
 */
export abstract class TimePagedStream extends IncrementalStream {
  override readonly version = '2021-01';

  protected override async *pages(get: Get, slice: Slice, resumes: boolean): AsyncGenerator<Page> {
    let { from } = slice.range;
    let everLinked = false;
    const narrow = () => slice.splitWindow(Date.now());
    while (from < slice.range.to) {
      const { to } = slice.range;
      const query = () => this.queryFor({ from, to: slice.range.to });
      const listing = { ...this.listing, query, narrow };
      const page = await firstPage(get, listing);
      const isFull = page.linked || page.rows.length >= page.limit;
      const rows = isFull ? page.rows : this.inOrder(page.rows, from);
      const times = this.timesOf(rows, from);
      if (isFull && !isSorted(times, from)) {
        narrow();
        if (slice.range.to < to) continue;
        yield* numberedPages(get, listing);
        return;
      }
      yield { ...page, rows };
      everLinked ||= page.linked;
      const reached = floorToSecond(Math.max(from, ...times));
      // Where no answer ever links to another, a page may be short without being the last. What lies behind one that
      // reaches into what is not settled, the next sync reads in any case.
      const isLeft = resumes && reached > page.askedAt - this.context.window.settling;
      if (!page.linked && (everLinked || (!isFull && (reached <= from || isLeft)))) return;
      if (reached > from) from = reached;
      else {
        yield* this.wholeSecond(get, from);
        from += second;
      }
    }
  }

  protected override cursorOf(row: ApiObject, notBefore: Instant): Instant | undefined {
    const value = row[this.cursorField];
    return typeof value === 'string' ? parseStoreTimeAscending(value, notBefore) : undefined;
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

  /**
   * The rows of a page that is all there is, in order even if the API has not sorted them: of an hour that comes twice,
   * a time that falls would count as the later one, and perhaps as one behind the end.
   */
  private inOrder(rows: Rows, from: Instant): Rows {
    const timeOf = (row: ApiObject) => this.cursorOf(row, from) ?? from;
    return Array.from(rows).toSorted((a, b) => timeOf(a) - timeOf(b));
  }

  /** Read from where the API was asked to begin: an hour that comes twice is the one that is not before. */
  private timesOf(rows: Rows, from: Instant): Instant[] {
    return ascendingInstants(rows, from, (row, notBefore) => this.cursorOf(row, notBefore)).filter(
      (instant) => instant !== undefined,
    );
  }
}

function isSorted(times: readonly Instant[], from: Instant): boolean {
  return times.every((time, index) => time >= (times[index - 1] ?? from));
}
