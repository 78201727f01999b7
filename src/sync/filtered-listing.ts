import type { Query } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { cursorPages, type Get, type Page } from '../recharge/pages.ts';
import { CompleteListingStream } from './complete-listing.ts';
import { floorToSecond, type Instant, toText } from './instant.ts';

const second = 1_000;

/**
 * A listing that the API filters by its cursor, or perhaps filters, but does not sort by it. It is asked for what is
 * new; what comes all the same is left out here, and where the filter is refused the listing is read whole.
 */
export abstract class FilteredListingStream extends CompleteListingStream {
  /** @param order what else each first page is asked with */
  protected override async *pages(
    get: Get,
    from: Instant,
    warn: (what: string) => void,
    order: () => Query = () => ({}),
  ): AsyncGenerator<Page> {
    for (let begin = from; ; ) {
      // What the API cannot make in time is asked for in parts of the time that is left, each half as long.
      let end: Instant | undefined;
      const narrow = () => {
        end = Math.max(begin + second, floorToSecond((begin + (end ?? Date.now())) / 2));
      };
      const query = () => ({ ...this.query, ...order(), ...this.filter(begin, end) });
      const pages = cursorPages(get, { ...this.listing, query, narrow });
      const first = await pages.next().catch((error: unknown) => {
        if (error instanceof RechargeError && error.status === 422) return undefined;
        throw error;
      });
      if (first === undefined) {
        warn(`Recharge does not take ${this.timeField}_min for ${this.path}, so the whole listing is read.`);
        yield* cursorPages(get, this.listing);
        return;
      }
      if (first.done !== true) yield first.value;
      yield* pages;
      if (end === undefined) return;
      begin = end;
    }
  }

  private filter(min: Instant, max: Instant | undefined): Query {
    const [from, to] = [`${this.timeField}_min`, `${this.timeField}_max`];
    return { [from]: toText(min), ...(max !== undefined && { [to]: toText(max) }) };
  }
}
