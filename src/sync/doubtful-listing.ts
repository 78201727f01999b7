import type { ApiObject } from '../recharge/answer.ts';
import type { Query } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get, Page } from '../recharge/pages.ts';
import type { Stage } from './complete-listing.ts';
import { SortedProgress, sortedCursorOf, type Window } from './cursor.ts';
import { FilteredListingStream } from './filtered-listing.ts';
import type { Instant } from './instant.ts';

/**
 * A listing that perhaps is filtered and sorted by `updated_at`. It is asked for both, and each page that shows the order
 * is a checkpoint; where the order is ignored or refused it is read as one without. One chain reads it: were the filter
 * ignored, each part of the time would be the whole listing.
 */
export abstract class DoubtfulListingStream extends FilteredListingStream {
  protected override async *stages(
    get: Get,
    from: Instant,
    warn: (what: string) => void,
  ): AsyncGenerator<Stage> {
    const { window } = this.context;
    if (from > (window.end ?? Number.POSITIVE_INFINITY)) return;
    let order: Query = { sort_by: 'updated_at-asc' };
    // What is refused without the order is the filter.
    const untilRefused: Get = async (ask, onHeavy) => {
      try {
        return await get(ask, onHeavy);
      } catch (error) {
        const isOrder = ask().query?.['sort_by'] !== undefined;
        if (!isOrder || !(error instanceof RechargeError) || error.status !== 422) throw error;
        order = {};
        const answer = await get(ask, onHeavy);
        warn(`Recharge does not sort ${this.path} by updated_at, so nothing is saved before its end.`);
        return answer;
      }
    };
    const progress = new DoubtfulProgress(this.timeField, window);
    for await (const page of this.pages(untilRefused, from, warn, () => order)) {
      yield { page, completeTo: 'sort_by' in order ? progress.advance(page) : undefined };
      if (progress.isBehindEnd) return;
    }
  }
}

/** How far such a listing has come, while its rows show an order. */
class DoubtfulProgress {
  readonly #timeField: string;
  readonly #end: Instant;
  readonly #sorted: SortedProgress;
  #showsOrder = false;
  /** All that comes now is behind the end of the window. */
  isBehindEnd = false;

  constructor(timeField: string, { end = Number.POSITIVE_INFINITY, settling }: Window) {
    this.#timeField = timeField;
    this.#end = end;
    this.#sorted = new SortedProgress(Number.NEGATIVE_INFINITY, settling);
  }

  /** Takes in the next page; returns up to where the listing is complete with it, undefined where no order shows. */
  advance(page: Page): Instant | undefined {
    const rows = [...page.rows];
    const instants = rows.map((row) => sortedCursorOf(row, this.#timeField));
    this.#sorted.advance(
      instants.filter((instant = this.#end) => instant <= this.#end),
      page.askedAt,
    );
    if (!this.#sorted.inOrder) return undefined;
    this.#showsOrder ||= rows.some((row, index) => index > 0 && idOf(row) > idOf(rows[index - 1]));
    if (!this.#showsOrder) return undefined;
    this.isBehindEnd = instants.some((instant = this.#end) => instant > this.#end);
    return this.#sorted.cursor;
  }
}

/** The API's own order is that of falling ids (recharge-api §5.1): where none rises, it may not have sorted at all. */
function idOf(row: ApiObject | undefined): number {
  return Number(JSON.stringify(row?.['id']));
}
