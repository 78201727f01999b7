import { cursorAfterAll, lowerBound, type Window } from '../sync/cursor.ts';
import { floorToSecond, type Instant, toText } from '../sync/instant.ts';
import type { UnsortedOptions } from '../sync/unsorted.ts';

const day = 24 * 3_600_000;
/** The API's clock may be so much behind ours. Bounds are refused from about eight days on: a whole day more would be. */
const clocksDiffer = 20 * 3_600_000;

/**
 * How events are read: Recharge keeps them for seven days (docs/recharge-api.md#types-that-vary).
 * @param records what a warning calls them
 */
export function eventsListing(records: string): UnsortedOptions {
  return {
    timeField: 'created_at',
    lowerBound: (run, window) => {
      const { saved } = run;
      const earliest = floorToSecond(Date.now() - 7 * day);
      if (saved !== undefined && saved < earliest)
        run.warn(
          `${records} from ${toText(saved)} to ${toText(earliest)} are missing: Recharge keeps events for seven days, and the last sync was before that. Sync at least once a week.`,
        );
      // What the API finds too early after all, it refuses, and is read whole.
      return Math.max(saved === undefined ? earliest : earliest - clocksDiffer, lowerBound(saved, window));
    },
    cursorAfter,
  };
}

/** A week without events is told as no gap. A day is kept free, since times do not say their zone. */
function cursorAfter(begin: Instant, largest: Instant, requestedAt: Instant, window: Window): Instant {
  const { settling, end = Number.POSITIVE_INFINITY } = window;
  const seenAll = Math.min(floorToSecond(requestedAt - Math.max(settling, day)), end);
  return Math.max(cursorAfterAll(begin, largest, requestedAt, window), seenAll);
}
