import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsStore extends MetafieldsOfOwners {
  override readonly name = 'metafields_store';
  override readonly owners = ['store'] as const;
  override readonly scopes = [['store_info', 'read_store']];
}
