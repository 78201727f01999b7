import { IncrementalStream } from '../sync/incremental-stream.ts';
import { onetimes } from './schemas/onetimes.schema.ts';

export class Onetimes extends IncrementalStream {
  override readonly name = 'onetimes';
  override readonly scopes = ['read_subscriptions'];
  override readonly schema = onetimes;
  // Without it a cancelled onetime just disappears from the listing.
  override readonly query = { include_cancelled: 'true' };
}
