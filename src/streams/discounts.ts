import { IncrementalStream } from '../sync/incremental-stream.ts';
import { discounts } from './schemas/discounts.schema.ts';

/** https://developer.rechargepayments.com/2021-11/discounts */
export class Discounts extends IncrementalStream {
  override readonly name = 'discounts';
  override readonly scopes = ['read_discounts'];
  override readonly schema = discounts;
}
