import { boolean, integer, list, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { properties } from './shared/basics.schema.ts';
import { appliedDiscount, shippingRate } from './shared/lines.schema.ts';

/**
 * Where a customer's items are shipped; subscriptions, onetimes and charges belong to one. Newer stores send
 * `shipping_lines_conserved` and `is_gift`; without an override `shipping_lines_override` may be null or empty.
 *
 * https://developer.rechargepayments.com/2021-11/addresses
 */
export const addresses = schema({
  id: primaryKey(integer),
  customer_id: integer,
  payment_method_id: integer,
  address1: text,
  address2: text,
  city: text,
  company: text,
  country_code: text,
  created_at: timestamp,
  discounts: list(appliedDiscount),
  first_name: text,
  is_gift: boolean,
  last_name: text,
  order_attributes: properties,
  order_note: text,
  phone: text,
  presentment_currency: text,
  province: text,
  shipping_lines_conserved: list(shippingRate),
  shipping_lines_override: list(shippingRate),
  updated_at: timestamp,
  zip: text,
});
