import { cursorAfterAll, lowerBound, type Window } from '../sync/cursor.ts';
import { floorToSecond, type Instant, toText } from '../sync/instant.ts';
import type { StreamRun } from '../sync/stream-run.ts';
import type { UnsortedOptions } from '../sync/unsorted.ts';

const day = 24 * 3_600_000;
/**
 * By so much the API's clock may be behind ours before an event that it still has is left out. Bounds are refused from
 * about eight days on (docs/recharge-api.md#types-that-vary): a whole day would be.
 */
const clocksDiffer = 20 * 3_600_000;

/**
 * How events are read: Recharge keeps them for seven days, and refuses an earlier bound
 * (docs/recharge-api.md#types-that-vary).
 * @param records what they are called where some are missing
 */
export function eventsListing(records: string): UnsortedOptions {
  return {
    timeField: 'created_at',
    lowerBound: (run, window) => lowerBoundOfEvents(run, window, records),
    cursorAfter,
  };
}

function lowerBoundOfEvents(run: StreamRun, window: Window, records: string): Instant {
  const { saved } = run;
  const earliest = floorToSecond(Date.now() - 7 * day);
  if (saved !== undefined && saved < earliest)
    run.warn(
      `${records} from ${toText(saved)} to ${toText(earliest)} are missing: Recharge keeps events for seven days, and the last sync was before that. Sync at least once a week.`,
    );
  // What the API finds too early after all, it refuses, and is read whole.
  return Math.max(saved === undefined ? earliest : earliest - clocksDiffer, lowerBound(saved, window));
}

/**
 * Where nothing happens for a week, a cursor at the last event would tell of a gap that is none. A whole day is kept
 * for the zone of the times, which they do not say.
 */
function cursorAfter(begin: Instant, largest: Instant, requestedAt: Instant, window: Window): Instant {
  const { settling, end = Number.POSITIVE_INFINITY } = window;
  const seenAll = Math.min(floorToSecond(requestedAt - Math.max(settling, day)), end);
  return Math.max(cursorAfterAll(begin, largest, requestedAt, window), seenAll);
}
