import { floorToSecond, type Instant, toText } from '../sync/instant.ts';
import { FilteredListingStream } from '../sync/filtered-listing.ts';
import type { StreamRun } from '../sync/stream-run.ts';
import { events } from './schemas/events.schema.ts';

const day = 24 * 3_600_000;
/**
 * By so much the API's clock may be behind ours before an event that it still has is left out. Bounds are refused from
 * about eight days on (recharge-api §5.4): a whole day would be.
 */
const clocksDiffer = 20 * 3_600_000;

/** https://developer.rechargepayments.com/2021-11/events */
export class Events extends FilteredListingStream {
  override readonly name: string = 'events';
  override readonly scopes = ['read_events'];
  override readonly schema = events;
  override readonly cursorField: string = 'created_at';
  /** What its rows are called where some are missing. */
  protected readonly rowsAre: string = 'events';

  protected override get timeField(): string {
    return 'created_at';
  }

  // Recharge keeps events for seven days, and refuses an earlier bound (recharge-api §5.4).
  protected override lowerBound(member: StreamRun): Instant {
    const { saved } = member;
    const earliest = floorToSecond(Date.now() - 7 * day);
    if (saved !== undefined && saved < earliest)
      member.warn(
        `${this.rowsAre} from ${toText(saved)} to ${toText(earliest)} are missing: Recharge keeps events for seven days, and the last sync was before that. Sync at least once a week.`,
      );
    // What the API finds too early after all, it refuses, and is read whole.
    return Math.max(saved === undefined ? earliest : earliest - clocksDiffer, super.lowerBound(member));
  }

  // Where nothing happens for a week, a cursor at the last event would tell of a gap that is none. A whole day is kept
  // for the zone of the times, which they do not say.
  protected override cursorAfter(begin: Instant, largest: Instant, askedAt: Instant): Instant {
    const { settling, end = Number.POSITIVE_INFINITY } = this.context.window;
    const seenAll = Math.min(floorToSecond(askedAt - Math.max(settling, day)), end);
    return Math.max(super.cursorAfter(begin, largest, askedAt), seenAll);
  }
}
