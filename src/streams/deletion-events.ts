import type { Page } from '../recharge/pages.ts';

/**
 * What events call the records of each stream that vanish from its listing when they are deleted. Those of plans and
 * payment_methods stay, with `deleted_at`, and those of onetimes as cancelled; nobody knows what the id in an event of a
 * product is. An event does not say whose a metafield was (docs/decisions/0005).
 */
export const objectTypes: Readonly<Record<string, string>> = {
  addresses: 'address',
  bundle_selections: 'bundle_selection',
  charges: 'charge',
  collections: 'collection',
  customers: 'customer',
  discounts: 'discount',
  metafields: 'metafield',
  metafields_address: 'metafield',
  metafields_charge: 'metafield',
  metafields_customer: 'metafield',
  metafields_order: 'metafield',
  metafields_store: 'metafield',
  metafields_subscription: 'metafield',
  orders: 'order',
  subscriptions: 'subscription',
};
const knownTypes = new Set<unknown>(Object.values(objectTypes));

/** The deletions in a page of events, without what no tombstone needs. */
export function deletionsOf({ rows, ...page }: Page): Page {
  const deletions = [...rows].filter(
    ({ verb, object_type }) => verb === 'deleted' && knownTypes.has(object_type),
  );
  return {
    ...page,
    rows: deletions.map(({ object_type, object_id, created_at }) => ({ object_type, object_id, created_at })),
  };
}
