import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsOrder extends MetafieldsOfOwners {
  override readonly name = 'metafields_order';
  override readonly owners = ['order'] as const;
  override readonly scopes = [['read_orders', 'read_charges']];
}
