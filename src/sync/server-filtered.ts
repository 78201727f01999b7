import type { Query } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { listingPages } from '../recharge/restarting.ts';
import { cursorOf } from './cursor.ts';
import { isMostlyOutside } from './ignored-filter.ts';
import { floorToSecond, type Instant, toText } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import { type PagesSince, unsorted, type UnsortedOptions } from './unsorted.ts';

const second = 1_000;

/** A listing that the API filters by its time field, or perhaps filters, but does not sort by it. */
export function serverFiltered(options: UnsortedOptions = {}): ListingReader {
  return unsorted(filteredBy(options.timeField ?? 'updated_at'), options);
}

/**
 * Asks for what is new; what comes all the same is left to the reader, and where the filter is refused the listing is
 * read whole.
 */
export function filteredBy(timeField: string): PagesSince {
  return async function* ({ get, endpoint }, from) {
    for (let begin = from; ; ) {
      // What the API cannot make in time is asked for in parts of the time that is left, each half as long.
      let end: Instant | undefined;
      const splitWindow = () => {
        end = Math.max(begin + second, floorToSecond((begin + (end ?? Date.now())) / 2));
      };
      const query = () => ({ ...endpoint.query(), ...bounds(timeField, begin, end) });
      const pages = listingPages(get, { ...endpoint, query, splitWindow });
      const first = await pages.next().catch((error: unknown) => {
        if (error instanceof RechargeError && error.mayBeOfQuery) return undefined;
        throw error;
      });
      if (first === undefined) {
        endpoint.warn?.(
          `Recharge does not take ${timeField}_min for ${endpoint.path}, so the whole listing is read.`,
        );
        yield* listingPages(get, endpoint);
        return;
      }
      let isIgnored = false;
      for (let page = first; page.done !== true; page = await pages.next()) {
        // Without an end it makes no difference: nothing is left to ask for.
        if (end !== undefined && !isIgnored) {
          const times = Array.from(page.value.rows, (row) => cursorOf(row, timeField));
          isIgnored = isMostlyOutside(times, { from: begin, to: end });
        }
        yield page.value;
      }
      // Where the API does not keep to the filter, this part has been the whole.
      if (end === undefined || isIgnored) return;
      begin = end;
    }
  };
}

function bounds(field: string, min: Instant, max: Instant | undefined): Query {
  return {
    [`${field}_min`]: toText(min),
    ...(max !== undefined && { [`${field}_max`]: toText(max) }),
  };
}
