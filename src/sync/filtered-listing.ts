import { RechargeError } from '../recharge/errors.ts';
import { cursorPages, type Get, type Page } from '../recharge/pages.ts';
import { CompleteListingStream } from './complete-listing.ts';
import { type Instant, toText } from './instant.ts';

/**
 * A listing that the API filters by its cursor, or perhaps filters, but does not sort by it. It is asked for what is
 * new; what comes all the same is left out here, and where the filter is refused the listing is read whole.
 */
export abstract class FilteredListingStream extends CompleteListingStream {
  protected override async *pages(
    get: Get,
    from: Instant,
    warn: (what: string) => void,
  ): AsyncGenerator<Page> {
    const filter = { [`${this.timeField}_min`]: toText(from) };
    const { listing } = this;
    const filtered = cursorPages(get, { ...listing, query: () => ({ ...this.query, ...filter }) });
    const first = await filtered.next().catch((error: unknown) => {
      if (error instanceof RechargeError && error.status === 422) return undefined;
      throw error;
    });
    if (first === undefined) {
      warn(`Recharge does not take ${this.timeField}_min for ${this.path}, so the whole listing is read.`);
      yield* cursorPages(get, listing);
    } else if (first.done !== true) {
      yield first.value;
      yield* filtered;
    }
  }
}
