import { boolean, date, integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { analyticsData, externalId, money, properties } from './shared/basics.schema.ts';

/**
 * An item that a customer buys again and again. `next_charge_scheduled_at` is a day; `order_day_of_week` and
 * `charge_creation_day_of_week` count from Monday, 0. What a plan says of charges may be inherited from it.
 *
 * https://developer.rechargepayments.com/2021-11/subscriptions
 */
export const subscriptions = schema({
  id: primaryKey(integer),
  address_id: integer,
  customer_id: integer,
  addon_parent_subscription_id: integer,
  analytics_data: analyticsData,
  cancellation_reason: text,
  cancellation_reason_comments: text,
  cancelled_at: timestamp,
  charge_creation_day_of_month: integer,
  charge_creation_day_of_week: integer,
  charge_interval_frequency: integer,
  created_at: timestamp,
  expire_after_specific_number_of_charges: integer,
  external_product_id: externalId,
  external_variant_id: externalId,
  has_queued_charges: boolean,
  is_digital: boolean,
  is_prepaid: boolean,
  is_skippable: boolean,
  is_swappable: boolean,
  max_queued_charges: integer,
  max_retries_reached: boolean,
  next_charge_scheduled_at: date,
  order_day_of_month: integer,
  order_day_of_week: integer,
  order_interval_frequency: integer,
  order_interval_unit: text,
  plan_id: integer,
  presentment_currency: text,
  price: money,
  product_title: text,
  properties,
  quantity: integer,
  sku: text,
  sku_override: boolean,
  status: text,
  updated_at: timestamp,
  variant_title: text,
});
