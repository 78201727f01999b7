import { IncrementalStream } from '../sync/incremental-stream.ts';
import { perQuery } from '../sync/pagination.ts';
import type { Scopes } from '../recharge/scopes.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** What the API calls their owners, and what a token needs for each. */
const scopesOf = {
  address: ['read_customers'],
  charge: [['read_orders', 'read_charges']],
  customer: ['read_customers'],
  order: [['read_orders', 'read_charges']],
  store: [['store_info', 'read_store']],
  subscription: ['read_subscriptions'],
} satisfies Record<string, Scopes>;
const queries = Object.keys(scopesOf).map((owner) => ({ owner_resource: owner }));

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

/** The class of those of one owner. */
function metafieldsOf(owner: keyof typeof scopesOf) {
  return class extends IncrementalStream {
    override readonly name = `metafields_${owner}`;
    override readonly scopes = scopesOf[owner];
    override readonly schema = metafields;
    override readonly resource = 'metafields';
    override readonly query = { owner_resource: owner };
    override readonly listing = clientFiltered();
  };
}

export const MetafieldsAddress = metafieldsOf('address');
export const MetafieldsCharge = metafieldsOf('charge');
export const MetafieldsCustomer = metafieldsOf('customer');
export const MetafieldsOrder = metafieldsOf('order');
export const MetafieldsStore = metafieldsOf('store');
export const MetafieldsSubscription = metafieldsOf('subscription');
