import { boolean, integer, list, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { externalId, money } from './shared/basics.schema.ts';

const channel = object({ can_apply: boolean });

/**
 * A discount code. The ids it applies to come as numbers or as texts; `value` is a text here and a number where a
 * discount is named on a charge. A `first_time_customer_restriction` is true, false or a word.
 *
 * https://developer.rechargepayments.com/2021-11/discounts
 */
export const discounts = schema({
  id: primaryKey(integer),
  applies_to: object({
    ids: list(text),
    purchase_item_type: text,
    resource: text,
  }),
  channel_settings: object({
    api: channel,
    checkout_page: channel,
    customer_portal: channel,
    merchant_portal: channel,
  }),
  code: text,
  created_at: timestamp,
  ends_at: timestamp,
  external_discount_id: externalId,
  external_discount_source: text,
  prerequisite_subtotal_min: money,
  starts_at: timestamp,
  status: text,
  updated_at: timestamp,
  usage_limits: object({
    automatic_redemptions_per_customer: integer,
    first_time_customer_restriction: text,
    max_subsequent_redemptions: integer,
    one_application_per_customer: boolean,
    redemptions: integer,
  }),
  value: text,
  value_type: text,
});
