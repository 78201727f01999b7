import { IncrementalStream } from '../sync/incremental-stream.ts';
import { addresses } from './schemas/addresses.schema.ts';

export class Addresses extends IncrementalStream {
  override readonly name = 'addresses';
  override readonly scopes = ['read_customers'];
  override readonly schema = addresses;
}
