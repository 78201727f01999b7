import { PLAIN_LISTS, type PlainListName } from './data/plain-lists.ts';

/** The place of each decides which rows the seed makes, so that what is new comes after them. */
const FIRST = [
  'customers',
  'addresses',
  'subscriptions',
  'charges',
  'orders',
  'onetimes',
  'discounts',
  'products',
  'collections',
  'metafields',
  'plans',
  'payment_methods',
  'bundle_products',
  'bundle_selections',
  'events',
  'credit_accounts',
  'credit_adjustments',
  'gift_purchases',
  'retention_strategies',
  'accounts',
  'webhooks',
  'async_batches',
  'async_batch_tasks',
  'memberships',
  'membership_programs',
  'entitlements',
  'collection_products',
  'catalogue_products',
] as const;

/**
 * The name of a resource. `products` are the 2021-01 products (rules on a commerce product);
 * `catalogue_products` are what 2021-11 calls products (the catalogue of a custom store).
 */
export type ResourceName = (typeof FIRST)[number] | PlainListName;

/** Every kind of record the store holds in numbers, by the name of its list in the API. */
export const RESOURCES: readonly ResourceName[] = [
  ...new Set<ResourceName>([...FIRST, ...(Object.keys(PLAIN_LISTS) as PlainListName[])]),
];

/** How many rows of each resource the store holds. */
export type Sizes = Readonly<Record<ResourceName, number>>;
