import { type PlainList, PLAIN_LISTS, type PlainListName } from '../data/plain-lists.ts';
import { type Endpoint, MADE_AND_CHANGED } from './endpoint.ts';

const NEW: Endpoint['versions'] = ['2021-11'];
const BOTH: Endpoint['versions'] = ['2021-01', '2021-11'];
const IDS = { ids: 'id' };

/** A list of version 2021-11 without sorts and time filters. */
function list(
  path: Endpoint['resource'],
  item: string | null,
  scopes: readonly string[],
  matches: Endpoint['matches'] = {},
): Endpoint {
  return { path, item, resource: path, versions: NEW, scopes, sorts: [], times: [], matches };
}

/** Filters that are called as their fields are. */
function same(...fields: readonly string[]): Endpoint['matches'] {
  return Object.fromEntries(fields.map((field) => [field, field]));
}

const usual = { versions: BOTH, sorts: ['id', 'created_at', 'updated_at'], times: MADE_AND_CHANGED };

const PLAIN_ENDPOINTS: readonly Endpoint[] = (
  Object.entries(PLAIN_LISTS) as [PlainListName, PlainList][]
).map(([name, { item, scopes, matches, versions = NEW, sorts = [], times = [] }]) => ({
  ...list(name, item, scopes, matches),
  versions,
  sorts,
  times,
}));

/** All lists of the API (docs/recharge-api.md#endpoints). */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    ...list('addresses', 'address', ['read_customers'], { ...IDS, ...same('customer_id') }),
    versions: BOTH,
    sorts: ['id', 'updated_at'],
    times: MADE_AND_CHANGED,
  },
  {
    ...list('charges', 'charge', ['read_orders', 'read_charges'], {
      ...IDS,
      ...same('customer_id', 'address_id', 'status', 'external_order_id'),
    }),
    versions: BOTH,
    sorts: ['id', 'created_at', 'updated_at', 'scheduled_at'],
    times: [...MADE_AND_CHANGED, 'scheduled_at', 'processed_at'],
  },
  {
    ...list('customers', 'customer', ['read_customers'], {
      ...IDS,
      ...same('email', 'hash', 'external_customer_id'),
    }),
    ...usual,
  },
  {
    ...list('subscriptions', 'subscription', ['read_subscriptions'], {
      ...IDS,
      ...same('address_id', 'customer_id', 'status', 'external_variant_id'),
      address_ids: 'address_id',
    }),
    ...usual,
  },
  {
    ...list('onetimes', 'onetime', ['read_subscriptions'], {
      ...IDS,
      ...same('address_id', 'customer_id'),
      address_ids: 'address_id',
    }),
    ...usual,
    flags: ['include_cancelled'],
  },
  {
    ...list('orders', 'order', ['read_orders', 'read_charges'], {
      ...IDS,
      ...same('address_id', 'charge_id', 'customer_id', 'external_order_id', 'status', 'type'),
    }),
    versions: BOTH,
    sorts: ['id', 'created_at', 'updated_at', 'processed_at', 'scheduled_at'],
    times: [...MADE_AND_CHANGED, 'scheduled_at', 'processed_at'],
  },
  {
    ...list('discounts', 'discount', ['read_discounts'], {
      ...IDS,
      ...same('status'),
      discount_code: 'code',
      discount_type: 'value_type',
    }),
    ...usual,
  },
  {
    ...list('collections', 'collection', ['read_products'], same('title', 'type')),
    sorts: ['id', 'created_at', 'title'],
    doubtful: { resource: 'collections', sorts: ['updated_at'], times: MADE_AND_CHANGED },
  },
  list('collection_products', null, ['read_products'], same('collection_id')),
  {
    ...list('metafields', 'metafield', [], same('owner_resource', 'owner_id', 'namespace')),
    versions: BOTH,
    sorts: ['id', 'updated_at'],
    required: 'owner_resource',
  },
  {
    ...list('products', 'product', ['read_products'], {
      ...same('id', 'collection_id'),
      shopify_product_ids: 'shopify_product_id',
    }),
    versions: ['2021-01'],
  },
  {
    ...list('catalogue_products', 'product', ['read_products'], {
      external_product_ids: 'external_product_id',
    }),
    path: 'products',
  },
  {
    ...list('plans', 'plan', ['read_plans', 'read_products']),
    sorts: ['id', 'updated_at'],
    times: ['updated_at'],
    matches: { ...IDS, ...same('type', 'external_product_id') },
  },
  list('bundle_products', 'bundle_product', ['read_bundle_products'], same('external_product_id')),
  {
    ...list('bundle_selections', 'bundle_selection', ['read_subscriptions']),
    sorts: ['id', 'updated_at'],
    matches: { purchase_item_ids: 'purchase_item_id', bundle_variant_ids: 'bundle_variant_id' },
    doubtful: { resource: 'bundle_selections', sorts: [], times: MADE_AND_CHANGED },
  },
  {
    ...list('payment_methods', 'payment_method', ['read_payment_methods']),
    matches: same('customer_id', 'processor_name'),
    flags: ['include_deleted'],
    doubtful: { resource: 'payment_methods', sorts: ['id', ...MADE_AND_CHANGED], times: MADE_AND_CHANGED },
  },
  {
    ...list('events', 'event', ['read_events']),
    times: ['created_at'],
    matches: { ...same('object_type', 'object_id', 'customer_id', 'origin'), verbs: 'verb' },
  },
  {
    ...list('credit_accounts', 'credit_account', ['read_credit_accounts']),
    sorts: ['id', 'expires_at'],
    times: [...MADE_AND_CHANGED, 'expires_at'],
    matches: { ...IDS, ...same('customer_id'), credit_type: 'type' },
  },
  {
    ...list('credit_adjustments', 'credit_adjustment', ['read_credit_adjustments']),
    sorts: ['id'],
    matches: same('credit_account_id'),
    doubtful: { resource: 'credit_adjustments', sorts: ['updated_at'], times: MADE_AND_CHANGED },
  },
  list(
    'gift_purchases',
    'gift_purchase',
    ['read_gift_purchases'],
    same('credit_account_id', 'sender_customer_id'),
  ),
  ...PLAIN_ENDPOINTS,
  {
    ...list('async_batch_tasks', 'async_batch_task', ['read_batches'], { ...IDS, ...same('batch_id') }),
    versions: BOTH,
    nestedOnly: true,
  },
  {
    ...list('memberships', 'membership', ['read_memberships'], { ...IDS, ...same('status', 'customer_id') }),
    sorts: ['id'],
    times: ['created_at', 'expires_at'],
    flags: ['include_cancelled', 'include_deleted'],
  },
  {
    ...list('membership_programs', 'membership_program', ['read_memberships'], { ...IDS, ...same('status') }),
    sorts: ['id'],
    times: ['created_at'],
    flags: ['include_deleted'],
  },
  list('entitlements', 'entitlement', ['read_entitlements', 'read_memberships'], same('customer_id')),
];

/** The scopes that open the metafields of each owner (docs/recharge-api.md#scopes). */
export const OWNER_SCOPES: Readonly<Record<string, readonly string[]>> = {
  address: ['read_customers'],
  customer: ['read_customers'],
  subscription: ['read_subscriptions'],
  order: ['read_orders', 'read_charges'],
  charge: ['read_orders', 'read_charges'],
  store: ['store_info', 'read_store'],
};

/**
 * Every scope that an endpoint takes (docs/recharge-api.md#scopes), each name once; where sources
 * conflict, both.
 */
export const ALL_SCOPES: readonly string[] = [
  ...new Set([
    ...ENDPOINTS.flatMap(({ scopes }) => scopes),
    ...Object.values(OWNER_SCOPES).flat(),
    'read_credit_summary',
  ]),
];
