import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsAddress extends MetafieldsOfOwners {
  override readonly name = 'metafields_address';
  override readonly owners = ['address'] as const;
  override readonly scopes = ['read_customers'];
}
