import { MetafieldsOfOwners } from './metafields-of-owners.ts';

export class MetafieldsSubscription extends MetafieldsOfOwners {
  override readonly name = 'metafields_subscription';
  override readonly owners = ['subscription'] as const;
  override readonly scopes = ['read_subscriptions'];
}
