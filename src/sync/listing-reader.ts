import type { Batch } from '../airbyte/index.ts';
import type { Limiter } from '../recharge/limiter.ts';
import type { Listing } from '../recharge/pages.ts';
import type { Window } from './cursor.ts';
import type { StreamRun } from './stream-run.ts';

/** What the reader of a listing works with in one sync. */
export interface ListingRequest {
  /** The streams that the listing feeds; the one whose rows are the listing's records themselves is the last. */
  readonly runs: readonly StreamRun[];
  /** The endpoint, as its first page is asked for without a filter. */
  readonly endpoint: Listing;
  readonly window: Window;
  readonly limiter: Pick<Limiter, 'availableConcurrency' | 'buffer'>;
}

/** How a listing is read. The batches of each run end with one that has a state. @throws RechargeError */
export type ListingReader = (request: ListingRequest, cursorField: string) => AsyncIterable<Batch>;
