import { MetafieldsOfOwners } from './metafields-of-owners.ts';

/** Those of every owner in one stream. */
export class Metafields extends MetafieldsOfOwners {
  override readonly name = 'metafields';
  override readonly owners = ['address', 'charge', 'customer', 'order', 'store', 'subscription'] as const;
  override readonly scopes = [
    'read_customers',
    ['read_orders', 'read_charges'],
    'read_subscriptions',
    ['store_info', 'read_store'],
  ];
}
