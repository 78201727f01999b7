import { IncrementalStream } from '../sync/incremental-stream.ts';
import { perQuery } from '../sync/pagination.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

const owners = ['address', 'charge', 'customer', 'order', 'store', 'subscription'] as const;

/** Those of every owner in one stream: the API lists them owner by owner. https://developer.rechargepayments.com/2021-11/metafields */
export class Metafields extends IncrementalStream {
  override readonly name = 'metafields';
  override readonly scopes = [
    'read_customers',
    ['read_orders', 'read_charges'],
    'read_subscriptions',
    ['store_info', 'read_store'],
  ];
  override readonly schema = metafields;
  override readonly query = { owner_resource: owners[0] };
  override readonly listing = clientFiltered(perQuery(owners.map((owner) => ({ owner_resource: owner }))));
}
