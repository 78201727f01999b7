import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** https://developer.rechargepayments.com/2021-11/metafields */
export class MetafieldsOrder extends IncrementalStream {
  override readonly name = 'metafields_order';
  override readonly scopes = [['read_orders', 'read_charges']];
  override readonly schema = metafields;
  override readonly resource = 'metafields';
  override readonly query = { owner_resource: 'order' };
  override readonly listing = clientFiltered();
}
