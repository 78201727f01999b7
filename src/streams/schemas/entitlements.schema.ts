import { integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A feature granted to a customer, by a membership mostly. `granted_by_id` comes as a number or as text.
 *
 * https://developer.rechargepayments.com/2021-11/entitlements
 */
export const entitlements = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  customer_id: integer,
  deleted_at: timestamp,
  entitlement_feature_id: integer,
  expires_at: timestamp,
  granted_by_id: text,
  granted_by_type: text,
  updated_at: timestamp,
});
