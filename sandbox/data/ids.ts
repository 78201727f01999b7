import type { ResourceName } from '../resources.ts';
import { ofPlainLists } from './plain-lists.ts';
import { hash } from './random.ts';

const FIRST_ID: Readonly<Record<ResourceName, number>> = {
  customers: 91_000_000,
  addresses: 71_000_000,
  subscriptions: 251_000_000,
  charges: 893_000_000,
  orders: 581_000_000,
  onetimes: 260_000_000,
  discounts: 59_900_000,
  products: 1_900_000,
  collections: 330_000,
  metafields: 3_900_000,
  plans: 8_300_000,
  payment_methods: 12_600_000,
  bundle_products: 240_000,
  bundle_selections: 770_000,
  events: 4_400_000_000,
  credit_accounts: 55_000,
  credit_adjustments: 66_000,
  gift_purchases: 3_100,
  async_batch_tasks: 90_000,
  memberships: 500_000,
  membership_programs: 30,
  entitlements: 1_800_000,
  collection_products: 440_000,
  catalogue_products: 1_000,
  ...ofPlainLists(({ firstId }) => firstId),
};

const STEP = 3;

/** The id of a seeded row: ids rise with the index and leave gaps, as in a real store. */
export function idOf(seed: number, resource: ResourceName, index: number): number {
  const first = FIRST_ID[resource];
  return first + STEP * index + (hash(seed, first, index) % STEP);
}

/** The index of the seeded row with this id, or -1 where no seeded row has it. */
export function indexOf(seed: number, resource: ResourceName, count: number, id: number): number {
  const index = Math.floor((id - FIRST_ID[resource]) / STEP);
  return index >= 0 && index < count && idOf(seed, resource, index) === id ? index : -1;
}

/** The first id that no seeded row of this resource can have. */
export function firstFreeId(resource: ResourceName, count: number): number {
  return FIRST_ID[resource] + STEP * count;
}
