import { PLAIN_LISTS, type PlainListName } from './data/plain-lists.ts';

/** What is told of the rows of a resource. */
interface Seeds {
  readonly firstId: number;
  /** Rows of a small store: lists of a few pages, and orders that fill exactly two pages of 250. */
  readonly rows: number;
  /** Rows of the store for demonstrations, if not as many. */
  readonly demoRows?: number;
}

/** The place of each decides which rows the seed makes, so that what is new comes after them. */
const FIRST = {
  customers: { firstId: 91_000_000, rows: 120, demoRows: 900 },
  addresses: { firstId: 71_000_000, rows: 150, demoRows: 1_100 },
  subscriptions: { firstId: 251_000_000, rows: 220, demoRows: 1_400 },
  charges: { firstId: 893_000_000, rows: 600, demoRows: 5_200 },
  orders: { firstId: 581_000_000, rows: 500, demoRows: 4_000 },
  onetimes: { firstId: 260_000_000, rows: 60, demoRows: 300 },
  discounts: { firstId: 59_900_000, rows: 320, demoRows: 600 },
  products: { firstId: 1_900_000, rows: 300 },
  collections: { firstId: 330_000, rows: 24 },
  metafields: { firstId: 3_900_000, rows: 400, demoRows: 2_400 },
  plans: { firstId: 8_300_000, rows: 70 },
  payment_methods: { firstId: 12_600_000, rows: 110, demoRows: 850 },
  bundle_products: { firstId: 240_000, rows: 40 },
  bundle_selections: { firstId: 770_000, rows: 60 },
  events: { firstId: 4_400_000_000, rows: 140, demoRows: 900 },
  credit_accounts: { firstId: 55_000, rows: 40 },
  credit_adjustments: { firstId: 66_000, rows: 90 },
  gift_purchases: { firstId: 3_100, rows: 25 },
  retention_strategies: PLAIN_LISTS.retention_strategies,
  accounts: PLAIN_LISTS.accounts,
  webhooks: PLAIN_LISTS.webhooks,
  async_batches: PLAIN_LISTS.async_batches,
  async_batch_tasks: { firstId: 90_000, rows: 70 },
  memberships: { firstId: 500_000, rows: 30 },
  membership_programs: { firstId: 30, rows: 20 },
  entitlements: { firstId: 1_800_000, rows: 30 },
  collection_products: { firstId: 440_000, rows: 90 },
  catalogue_products: { firstId: 1_000, rows: 60 },
} as const satisfies Readonly<Record<string, Seeds>>;

/**
 * The name of a resource. `products` are the 2021-01 products (rules on a commerce product);
 * `catalogue_products` are what 2021-11 calls products (the catalogue of a custom store).
 */
export type ResourceName = keyof typeof FIRST | PlainListName;

export const SEEDS: Readonly<Record<ResourceName, Seeds>> = { ...FIRST, ...PLAIN_LISTS };

/** Every kind of record the store holds in numbers, by the name of its list in the API. */
export const RESOURCES = Object.keys(SEEDS) as readonly ResourceName[];

/** How many rows of each resource the store holds. */
export type Sizes = Readonly<Record<ResourceName, number>>;
