import { boolean, date, integer, list, object, primaryKey, schema, text } from '../../airbyte/index.ts';
import { externalId, money, properties } from './shared/basics.schema.ts';
import { images } from './shared/images.schema.ts';
import { postalAddress } from './shared/postal-addresses.schema.ts';
import { shippingLine } from './shared/lines.schema.ts';
import { paymentDetails } from './shared/payments.schema.ts';

const lineItem = object({
  subscription_id: integer,
  external_product_id: externalId,
  external_variant_id: externalId,
  images,
  is_prepaid: boolean,
  is_skippable: boolean,
  is_skipped: boolean,
  original_price: money,
  plan_type: text,
  product_title: text,
  properties,
  quantity: integer,
  subtotal_price: money,
  unit_price: money,
  variant_title: text,
});

const order = object({
  id: integer,
  address_id: integer,
  charge_id: integer,
  currency: text,
  has_uncommitted_changes: boolean,
  line_items: list(lineItem),
  order_subtotal: money,
  payment_method: object({
    id: integer,
    billing_address: postalAddress,
    payment_details: paymentDetails,
    payment_type: text,
  }),
  shipping_address: postalAddress,
  shipping_lines: list(shippingLine),
  total_discounts: money,
  total_duties: money,
  total_price: money,
  total_tax: money,
});

/**
 * What a customer will be sent and when: computed when asked for, not stored. It has no id of its own, so
 * `customer_id` is lifted to the top. An order that does not exist yet has no id.
 *
 * https://developer.rechargepayments.com/2021-11/customers
 */
export const deliverySchedules = schema({
  customer_id: primaryKey(integer),
  customer: object({
    id: integer,
    email: text,
    first_name: text,
    last_name: text,
  }),
  deliveries: list(object({ date, orders: list(order) })),
});
