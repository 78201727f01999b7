import { type PlainList, PLAIN_LISTS, type PlainListName } from '../data/plain-lists.ts';
import { BOTH, type Endpoint, IDS, MADE_AND_CHANGED, NEW } from './endpoint.ts';

/** A list without sorts and time filters. */
function plain(
  path: Endpoint['resource'],
  item: string,
  scopes: readonly string[],
  matches: Endpoint['matches'] = {},
): Endpoint {
  return { path, item, resource: path, versions: NEW, scopes, sorts: [], times: [], matches };
}

const PLAIN_ENDPOINTS: readonly Endpoint[] = (
  Object.entries(PLAIN_LISTS) as [PlainListName, PlainList][]
).map(([name, { item, scopes, matches, versions = NEW, sorts = [], times = [] }]) => ({
  ...plain(name, item, scopes, matches),
  versions,
  sorts,
  times,
}));

/** The other lists: plans, payment methods, credit, events, memberships and administration. */
export const MORE_ENDPOINTS: readonly Endpoint[] = [
  {
    ...plain('plans', 'plan', ['read_plans', 'read_products']),
    sorts: ['id', 'updated_at'],
    times: ['updated_at'],
    matches: { ...IDS, type: 'type', external_product_id: 'external_product_id' },
  },
  plain('bundle_products', 'bundle_product', ['read_bundle_products'], {
    external_product_id: 'external_product_id',
  }),
  {
    ...plain('bundle_selections', 'bundle_selection', ['read_subscriptions']),
    sorts: ['id', 'updated_at'],
    matches: { purchase_item_ids: 'purchase_item_id', bundle_variant_ids: 'bundle_variant_id' },
    doubtful: { resource: 'bundle_selections', sorts: [], times: MADE_AND_CHANGED },
  },
  {
    ...plain('payment_methods', 'payment_method', ['read_payment_methods']),
    matches: { customer_id: 'customer_id', processor_name: 'processor_name' },
    flags: ['include_deleted'],
    doubtful: { resource: 'payment_methods', sorts: ['id', ...MADE_AND_CHANGED], times: MADE_AND_CHANGED },
  },
  {
    ...plain('events', 'event', ['read_events']),
    times: ['created_at'],
    matches: {
      object_type: 'object_type',
      object_id: 'object_id',
      verbs: 'verb',
      customer_id: 'customer_id',
      origin: 'origin',
    },
  },
  {
    ...plain('credit_accounts', 'credit_account', ['read_credit_accounts']),
    sorts: ['id', 'expires_at'],
    times: [...MADE_AND_CHANGED, 'expires_at'],
    matches: { ...IDS, customer_id: 'customer_id', credit_type: 'type' },
  },
  {
    ...plain('credit_adjustments', 'credit_adjustment', ['read_credit_adjustments']),
    sorts: ['id'],
    matches: { credit_account_id: 'credit_account_id' },
    doubtful: { resource: 'credit_adjustments', sorts: ['updated_at'], times: MADE_AND_CHANGED },
  },
  plain('gift_purchases', 'gift_purchase', ['read_gift_purchases'], {
    credit_account_id: 'credit_account_id',
    sender_customer_id: 'sender_customer_id',
  }),
  ...PLAIN_ENDPOINTS,
  {
    ...plain('async_batch_tasks', 'async_batch_task', ['read_batches'], { ...IDS, batch_id: 'batch_id' }),
    versions: BOTH,
    nestedOnly: true,
  },
  {
    ...plain('memberships', 'membership', ['read_memberships'], {
      ...IDS,
      status: 'status',
      customer_id: 'customer_id',
    }),
    sorts: ['id'],
    times: ['created_at', 'expires_at'],
    flags: ['include_cancelled', 'include_deleted'],
  },
  {
    ...plain('membership_programs', 'membership_program', ['read_memberships'], { ...IDS, status: 'status' }),
    sorts: ['id'],
    times: ['created_at'],
    flags: ['include_deleted'],
  },
  plain('entitlements', 'entitlement', ['read_entitlements', 'read_memberships'], {
    customer_id: 'customer_id',
  }),
];
