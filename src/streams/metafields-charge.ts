import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsCharge extends MetafieldsOfOwners {
  override readonly name = 'metafields_charge';
  override readonly owners = ['charge'] as const;
  override readonly scopes = [['read_orders', 'read_charges']];
}
