import { listingPages } from '../recharge/restarting.ts';
import { boundsOf, cursorOf } from './cursor.ts';
import { isMostlyOutside } from './ignored-filter.ts';
import { floorToSecond, second } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import { withOptional } from './optional-query.ts';
import { type PagesSince, unsorted, type UnsortedOptions } from './unsorted.ts';

/** A listing that the API filters by its time field, or perhaps filters, but does not sort by it. */
export function serverFiltered(options: UnsortedOptions = {}): ListingReader {
  return unsorted(filteredBy(options.timeField ?? 'updated_at'), options);
}

/** Asks for what is new, and for the whole listing where the API refuses the filter or does not keep to it. */
export function filteredBy(timeField: string): PagesSince {
  return async function* (endpoint, from) {
    let begin = from;
    // What the API cannot make in time is asked for in parts of the time that is left, each half as long.
    let end = Number.POSITIVE_INFINITY;
    let isWhole = false;
    const splitWindow = () => {
      end = Math.max(begin + second, floorToSecond((begin + Math.min(end, Date.now())) / 2));
    };
    const get = withOptional(
      endpoint.get,
      [() => boundsOf(timeField, { from: begin, to: end }), () => ({})],
      (_, path) => {
        isWhole = true;
        endpoint.warn?.(`Recharge does not take ${timeField}_min for ${path}, so the whole listing is read.`);
      },
    );
    for (;;) {
      for await (const page of listingPages({ ...endpoint, get, splitWindow })) {
        // Without an end it makes no difference: nothing is left to ask for.
        if (Number.isFinite(end)) {
          const times = Array.from(page.rows, (row) => cursorOf(row, timeField));
          isWhole ||= isMostlyOutside(times, { from: begin, to: end });
        }
        yield page;
      }
      if (isWhole || !Number.isFinite(end)) return;
      [begin, end] = [end, Number.POSITIVE_INFINITY];
    }
  };
}
