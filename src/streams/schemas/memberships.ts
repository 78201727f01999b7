import { boolean, integer, primaryKey, schema, text, textOrNumber, timestamp } from '../../airbyte/schema.ts';

/**
 * A customer's membership. Its price, ids and interval come as numbers or as texts.
 *
 * https://developer.rechargepayments.com/2021-11/memberships
 */
export const memberships = schema({
  id: primaryKey(integer),
  address_id: integer,
  cancellation_reason: text,
  cancellation_reason_comments: text,
  cancelled_at: timestamp,
  charge_interval_frequency: textOrNumber,
  charge_interval_unit: text,
  created_at: timestamp,
  customer_id: integer,
  expires_at: timestamp,
  external_product_id: textOrNumber,
  external_variant_id: textOrNumber,
  has_queued_charges: boolean,
  membership_program_id: integer,
  next_charge_scheduled_at: timestamp,
  presentment_currency: text,
  price: textOrNumber,
  product_title: text,
  purchase_item_id: integer,
  purchase_item_status: text,
  purchase_item_type: text,
  quantity: integer,
  status: text,
  type: text,
  updated_at: timestamp,
  variant_title: text,
});
