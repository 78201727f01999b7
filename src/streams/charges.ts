import type { Batch } from '../airbyte/index.ts';
import { IncrementalStream } from '../sync/incremental-stream.ts';
import type { ListingRequest } from '../sync/listing-reader.ts';
import { charges } from './schemas/charges.schema.ts';

export class Charges extends IncrementalStream {
  override readonly name = 'charges';
  override readonly scopes = [['read_orders', 'read_charges']];
  override readonly schema = charges;

  // The history is gone from the API (docs/recharge-api.md#old-charges): who overwrites a full table has lost it.
  protected override batches(request: ListingRequest): AsyncIterable<Batch> {
    const [first, ...others] = request.runs.filter(({ saved }) => saved === undefined).toReversed();
    const too = others.length === 0 ? '' : `, and so do ${others.map(({ name }) => name).join(', ')}`;
    first?.warn(
      `starts without a saved state${too}. Recharge no longer serves processed charges older than 90 days: those that the destination still has are not read again, and a sync that overwrites loses them for ever.`,
    );
    return super.batches(request);
  }
}
