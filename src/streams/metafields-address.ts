import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** https://developer.rechargepayments.com/2021-11/metafields */
export class MetafieldsAddress extends IncrementalStream {
  override readonly name = 'metafields_address';
  override readonly scopes = ['read_customers'];
  override readonly schema = metafields;
  override readonly resource = 'metafields';
  override readonly query = { owner_resource: 'address' };
  override readonly listing = clientFiltered();
}
