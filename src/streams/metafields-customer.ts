import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** https://developer.rechargepayments.com/2021-11/metafields */
export class MetafieldsCustomer extends IncrementalStream {
  override readonly name = 'metafields_customer';
  override readonly scopes = ['read_customers'];
  override readonly schema = metafields;
  override readonly resource = 'metafields';
  override readonly query = { owner_resource: 'customer' };
  override readonly listing = clientFiltered();
}
