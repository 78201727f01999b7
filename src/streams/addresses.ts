import { IncrementalStream } from '../sync/incremental-stream.ts';
import { addresses } from './schemas/addresses.schema.ts';

/** https://developer.rechargepayments.com/2021-11/addresses */
export class Addresses extends IncrementalStream {
  override readonly name = 'addresses';
  override readonly scopes = ['read_customers'];
  override readonly schema = addresses;
}
