import type { JsonObject } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { cursorAfterAll, lowerBound, type Window } from '../sync/cursor.ts';
import { IncrementalStream } from '../sync/incremental-stream.ts';
import { floorToSecond, type Instant, toText } from '../sync/instant.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import type { UnsortedOptions } from '../sync/unsorted.ts';
import { deletedRecords } from './schemas/deleted-records.schema.ts';
import { events } from './schemas/events.schema.ts';

const day = 24 * 3_600_000;
/** The API's clock may be so much behind ours. Bounds are refused from about eight days on: a whole day more would be. */
const clocksDiffer = 20 * 3_600_000;

export class Events extends IncrementalStream {
  override readonly name = 'events';
  override readonly scopes = ['read_events'];
  override readonly schema = events;
  override readonly cursorField = 'created_at';
  override readonly listing = serverFiltered(eventsListing('events'));
}

/** What was deleted, of whatever stream, as far as Recharge makes an event of it. */
export class DeletedRecords extends IncrementalStream {
  override readonly name = 'deleted_records';
  override readonly scopes = ['read_events'];
  override readonly schema = deletedRecords;
  override readonly resource = 'events';
  override readonly query = { verbs: 'deleted' };
  override readonly cursorField = 'deleted_at';
  override readonly listing = serverFiltered(eventsListing('deletions'));

  // Should the API not keep to the verb, its other events are no deletions.
  override extractRecords(event: ApiObject): readonly JsonObject[] {
    if (event['verb'] !== 'deleted') return [];
    const {
      id = null,
      object_type = null,
      object_id = null,
      customer_id = null,
      created_at = null,
    } = event as JsonObject;
    return [{ id, object_type, object_id, customer_id, deleted_at: created_at }];
  }
}

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
