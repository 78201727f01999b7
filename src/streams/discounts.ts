import { IncrementalStream } from '../sync/incremental-stream.ts';
import { discounts } from './schemas/discounts.schema.ts';

export class Discounts extends IncrementalStream {
  override readonly name = 'discounts';
  override readonly scopes = ['read_discounts'];
  override readonly schema = discounts;
}
