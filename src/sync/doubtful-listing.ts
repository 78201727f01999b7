import type { ApiObject } from '../recharge/answer.ts';
import type { Query } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get, Page } from '../recharge/pages.ts';
import { SortedProgress, sortedCursorOf } from './cursor.ts';
import { FilteredListingStream } from './filtered-listing.ts';
import type { Instant } from './instant.ts';

/**
 * A listing that perhaps is filtered and sorted by `updated_at`. It is asked for both, and each page that shows the order
 * is a checkpoint; where the order is ignored or refused it is read as one without. One chain reads it: were the filter
 * ignored, each part of the time would be the whole listing.
 */
export abstract class DoubtfulListingStream extends FilteredListingStream {
  #order: Query = {};
  #progress = new SortedProgress(Number.NEGATIVE_INFINITY, 0);
  #showsOrder = false;
  #isBehindEnd = false;

  protected override get query(): Query {
    return this.#order;
  }

  protected override async *pages(
    get: Get,
    from: Instant,
    warn: (what: string) => void,
  ): AsyncGenerator<Page> {
    if (from > (this.context.window.end ?? Number.POSITIVE_INFINITY)) return;
    this.#order = { sort_by: 'updated_at-asc' };
    this.#progress = new SortedProgress(Number.NEGATIVE_INFINITY, this.context.window.settling);
    this.#showsOrder = false;
    for await (const page of super.pages(this.untilRefused(get, warn), from, warn)) {
      yield page;
      if (this.#isBehindEnd) return;
    }
  }

  protected override cursorSoFar(page: Page): Instant | undefined {
    const rows = [...page.rows];
    if (this.#order['sort_by'] === undefined) return undefined;
    const { end = Number.POSITIVE_INFINITY } = this.context.window;
    const instants = rows.map((row) => sortedCursorOf(row, this.timeField));
    this.#progress.advance(
      instants.filter((instant = end) => instant <= end),
      page.askedAt,
    );
    if (!this.#progress.inOrder) return undefined;
    this.#showsOrder ||= rows.some((row, index) => index > 0 && idOf(row) > idOf(rows[index - 1]));
    if (!this.#showsOrder) return undefined;
    this.#isBehindEnd = instants.some((instant = end) => instant > end);
    return this.#progress.cursor;
  }

  // A checkpoint may be later than the first request, behind which a listing in no order may hide a change.
  protected override cursorAfter(begin: Instant, largest: Instant, askedAt: Instant): Instant {
    const cursor = super.cursorAfter(begin, largest, askedAt);
    return this.#showsOrder ? Math.max(cursor, this.#progress.cursor) : cursor;
  }

  /** Asks without the order from the first refusal on: what is refused then is the filter. */
  private untilRefused(get: Get, warn: (what: string) => void): Get {
    return async (ask, onHeavy) => {
      try {
        return await get(ask, onHeavy);
      } catch (error) {
        const isOrder = ask().query?.['sort_by'] !== undefined;
        if (!isOrder || !(error instanceof RechargeError) || error.status !== 422) throw error;
        this.#order = {};
        const answer = await get(ask, onHeavy);
        warn(`Recharge does not sort ${this.path} by updated_at, so nothing is saved before its end.`);
        return answer;
      }
    };
  }
}

/** The API's own order is that of falling ids (recharge-api §5.1): where none rises, it may not have sorted at all. */
function idOf(row: ApiObject | undefined): number {
  return Number(JSON.stringify(row?.['id']));
}
