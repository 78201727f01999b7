import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsCustomer extends MetafieldsOfOwners {
  override readonly name = 'metafields_customer';
  override readonly owners = ['customer'] as const;
  override readonly scopes = ['read_customers'];
}
