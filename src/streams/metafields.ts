import { IncrementalStream } from '../sync/incremental-stream.ts';
import { perQuery } from '../sync/pagination.ts';
import type { Scopes } from '../recharge/scopes.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** What the API calls their owners. */
const owners = ['address', 'charge', 'customer', 'order', 'store', 'subscription'];
const queries = owners.map((owner) => ({ owner_resource: owner }));

/** Those of every owner in one stream: the API lists them owner by owner. */
export class Metafields extends IncrementalStream {
  override readonly name = 'metafields';
  override readonly scopes = [
    'read_customers',
    ['read_orders', 'read_charges'],
    'read_subscriptions',
    ['store_info', 'read_store'],
  ];
  override readonly schema = metafields;
  override readonly query = { owner_resource: 'address' };
  override readonly listing = clientFiltered(perQuery(queries));
}

function metafieldsOf(owner: string, scopes: Scopes) {
  return class extends IncrementalStream {
    override readonly name = `metafields_${owner}`;
    override readonly scopes = scopes;
    override readonly schema = metafields;
    override readonly resource = 'metafields';
    override readonly query = { owner_resource: owner };
    override readonly listing = clientFiltered();
  };
}

export const MetafieldsAddress = metafieldsOf('address', ['read_customers']);
export const MetafieldsCharge = metafieldsOf('charge', [['read_orders', 'read_charges']]);
export const MetafieldsCustomer = metafieldsOf('customer', ['read_customers']);
export const MetafieldsOrder = metafieldsOf('order', [['read_orders', 'read_charges']]);
export const MetafieldsStore = metafieldsOf('store', [['store_info', 'read_store']]);
export const MetafieldsSubscription = metafieldsOf('subscription', ['read_subscriptions']);
