import { boolean, integer, list, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { externalId, money } from './shared/basics.schema.ts';

const channel = object({ display: boolean });

/**
 * How a product can be subscribed to. A deleted plan stays listed, with `deleted_at`. `charge_creation_day_of_week` counts from Monday, 0.
 *
 * https://developer.rechargepayments.com/2021-11/plans
 */
export const plans = schema({
  id: primaryKey(integer),
  channel_settings: object({
    api: channel,
    checkout_page: channel,
    checkout_page_experiment: channel,
    customer_portal: channel,
    merchant_portal: channel,
  }),
  charge_creation_day_of_month: integer,
  charge_creation_day_of_week: integer,
  charge_interval_frequency: integer,
  created_at: timestamp,
  deleted_at: timestamp,
  discount_amount: money,
  discount_type: text,
  external_plan_group_id: text,
  external_plan_id: text,
  external_plan_name: text,
  external_product_id: externalId,
  external_variant_ids: list(text),
  has_variant_restrictions: boolean,
  interval_unit: text,
  max_queued_charges: integer,
  order_interval_frequency: integer,
  product_quantity: integer,
  recurring_discount_after_cycle: integer,
  recurring_discount_amount: text,
  recurring_discount_type: text,
  sort_order: integer,
  subscription_preferences: object({
    apply_cutoff_date_to_checkout: boolean,
    charge_interval_frequency: integer,
    cutoff_day_of_month: integer,
    cutoff_day_of_week: integer,
    expire_after_specific_number_of_charges: integer,
    interval_unit: text,
    order_day_of_month: integer,
    order_day_of_week: integer,
    order_interval_frequency: integer,
    pricing_progression: list(
      object({
        recurring_discount_after_cycle: integer,
        recurring_discount_amount: text,
        recurring_discount_type: text,
      }),
    ),
  }),
  title: text,
  translations: list(
    object({
      language: text,
      title: text,
    }),
  ),
  type: text,
  updated_at: timestamp,
});
