import { CORE_ENDPOINTS } from './core-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { MORE_ENDPOINTS } from './more-endpoints.ts';

/** All lists of the API (docs/recharge-api.md#endpoints). */
export const ENDPOINTS: readonly Endpoint[] = [...CORE_ENDPOINTS, ...MORE_ENDPOINTS];

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
