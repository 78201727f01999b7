import { ofPlainLists } from './data/plain-lists.ts';
import { RESOURCES, type ResourceName, type Sizes } from './resources.ts';
import type { SandboxOptions } from './options.ts';

/** Lists of a few pages; orders fill exactly two pages of 250. */
const SMALL: Sizes = {
  customers: 120,
  addresses: 150,
  subscriptions: 220,
  charges: 600,
  orders: 500,
  onetimes: 60,
  discounts: 320,
  products: 300,
  collections: 24,
  metafields: 400,
  plans: 70,
  payment_methods: 110,
  bundle_products: 40,
  bundle_selections: 60,
  events: 140,
  credit_accounts: 40,
  credit_adjustments: 90,
  gift_purchases: 25,
  async_batch_tasks: 70,
  memberships: 30,
  membership_programs: 20,
  entitlements: 30,
  collection_products: 90,
  catalogue_products: 60,
  ...ofPlainLists(({ rows }) => rows),
};

const DEMO: Sizes = {
  ...SMALL,
  customers: 900,
  addresses: 1_100,
  subscriptions: 1_400,
  charges: 5_200,
  orders: 4_000,
  onetimes: 300,
  discounts: 600,
  metafields: 2_400,
  payment_methods: 850,
  events: 900,
};

/** Rows of a parent resource for each row of its children. */
const PARENTS: readonly (readonly [child: ResourceName, parent: ResourceName, share: number])[] = [
  ['orders', 'charges', 1.3],
  ['charges', 'subscriptions', 0.28],
  ['subscriptions', 'addresses', 0.8],
  ['addresses', 'customers', 0.8],
];

/** Rows per resource for these options. Throws RangeError for a size that is no whole number from 0 on. */
export function sizesOf(size: SandboxOptions['size']): Sizes {
  if (size === undefined || size === 'small') return SMALL;
  if (size === 'demo') return DEMO;
  for (const [name, rows] of Object.entries(size)) {
    if (!(RESOURCES as readonly string[]).includes(name)) throw new RangeError(`No such resource: ${name}`);
    if (!Number.isSafeInteger(rows) || rows < 0)
      throw new RangeError(`Not a number of rows: ${name}=${rows}`);
  }
  const sizes: Record<ResourceName, number> = { ...SMALL, ...size };
  for (const [child, parent, share] of PARENTS) {
    if (size[parent] === undefined) sizes[parent] = Math.max(SMALL[parent], Math.ceil(sizes[child] * share));
  }
  return sizes;
}
