import { boolean, integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A customer's membership. Its price, ids and interval come as numbers or as texts, and
 * `next_charge_scheduled_at` as a day or as a time, which it then is.
 *
 * https://developer.rechargepayments.com/2021-11/memberships
 */
export const memberships = schema({
  id: primaryKey(integer),
  address_id: integer,
  cancellation_reason: text,
  cancellation_reason_comments: text,
  cancelled_at: timestamp,
  charge_interval_frequency: text,
  charge_interval_unit: text,
  created_at: timestamp,
  customer_id: integer,
  deleted_at: timestamp,
  expires_at: timestamp,
  external_product_id: text,
  external_variant_id: text,
  has_queued_charges: boolean,
  membership_program_id: integer,
  next_charge_scheduled_at: timestamp,
  presentment_currency: text,
  price: text,
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
