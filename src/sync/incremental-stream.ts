import type { Batch } from '../airbyte/index.ts';
import type { ListingReader, ListingRequest } from './listing-reader.ts';
import { RechargeStream } from './recharge-stream.ts';
import { sorted } from './sorted.ts';

/** A stream that reads what is new since its cursor. */
export abstract class IncrementalStream extends RechargeStream {
  override readonly cursorField: string = 'updated_at';
  /** Whether the API sorts and filters the listing by the cursor, and how its pages are found. */
  readonly listing: ListingReader = sorted();

  protected override batches(request: ListingRequest): AsyncIterable<Batch> {
    return this.listing(request, this.cursorField);
  }
}
