import { boolean, integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { analyticsData, externalId } from './shared/basics.schema.ts';

/**
 * Times of customers came without a zone until 2022; those are UTC.
 *
 * https://developer.rechargepayments.com/2021-11/customers
 */
export const customers = schema({
  id: primaryKey(integer),
  analytics_data: analyticsData,
  apply_credit_to_next_checkout_charge: boolean,
  apply_credit_to_next_recurring_charge: boolean,
  apply_credit_to_next_recurring_charge_channel: text,
  backup_payment_methods_enabled: boolean,
  can_add_payment_method: boolean,
  created_at: timestamp,
  email: text,
  external_customer_id: externalId,
  first_charge_processed_at: timestamp,
  first_name: text,
  has_payment_method_in_dunning: boolean,
  has_valid_payment_method: boolean,
  hash: text,
  last_name: text,
  memberships_active_count: integer,
  memberships_total_count: integer,
  payment_method_fallback_on_failure_disabled: boolean,
  phone: text,
  subscription_related_charge_streak: integer,
  subscriptions_active_count: integer,
  subscriptions_total_count: integer,
  tax_exempt: boolean,
  updated_at: timestamp,
});
