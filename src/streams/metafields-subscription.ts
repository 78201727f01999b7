import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** https://developer.rechargepayments.com/2021-11/metafields */
export class MetafieldsSubscription extends IncrementalStream {
  override readonly name = 'metafields_subscription';
  override readonly scopes = ['read_subscriptions'];
  override readonly schema = metafields;
  override readonly resource = 'metafields';
  override readonly query = { owner_resource: 'subscription' };
  override readonly listing = clientFiltered();
}
