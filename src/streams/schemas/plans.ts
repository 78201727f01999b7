import {
  boolean,
  integer,
  integerOrText,
  list,
  object,
  primaryKey,
  schema,
  text,
  textOrNumber,
  timestamp,
} from '../../airbyte/schema.ts';
import { externalId, money } from './shared/basics.ts';

const channel = object({ display: boolean });

/**
 * How a product can be subscribed to. A deleted plan stays listed, with `deleted_at`.
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
  created_at: timestamp,
  deleted_at: timestamp,
  discount_amount: money,
  discount_type: text,
  external_plan_group_id: textOrNumber,
  external_plan_id: textOrNumber,
  external_plan_name: text,
  external_product_id: externalId,
  external_variant_ids: list(text),
  has_variant_restrictions: boolean,
  product_quantity: integer,
  recurring_discount_after_cycle: integerOrText,
  recurring_discount_amount: textOrNumber,
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
        recurring_discount_after_cycle: integerOrText,
        recurring_discount_amount: textOrNumber,
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
