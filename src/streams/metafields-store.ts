import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** https://developer.rechargepayments.com/2021-11/metafields */
export class MetafieldsStore extends IncrementalStream {
  override readonly name = 'metafields_store';
  override readonly scopes = [['store_info', 'read_store']];
  override readonly schema = metafields;
  override readonly resource = 'metafields';
  override readonly query = { owner_resource: 'store' };
  override readonly listing = clientFiltered();
}
