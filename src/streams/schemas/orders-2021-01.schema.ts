import {
  boolean,
  integer,
  list,
  naiveTimestamp,
  number,
  object,
  primaryKey,
  schema,
  text,
} from '../../airbyte/index.ts';
import { money, properties } from './shared/basics.schema.ts';
import { postalAddress_2021_01 } from './shared/postal-addresses.schema.ts';
import { images } from './shared/images.schema.ts';
import { taxLines } from './shared/lines.schema.ts';

const discountCode = object({
  amount: text,
  code: text,
  recharge_discount_id: integer,
  type: text,
  value: text,
});

const lineItem = object({
  external_inventory_policy: text,
  grams: integer,
  images,
  original_price: text,
  price: text,
  product_title: text,
  properties,
  quantity: integer,
  shopify_product_id: text,
  shopify_variant_id: text,
  sku: text,
  subscription_id: integer,
  tax_lines: taxLines,
  title: text,
  variant_title: text,
});

/**
 * An order as 2021-01 has it: flat, with money as numbers, in the Eastern zone's time but without saying so. Money of
 * line items is text here, because it comes as a number and as a text. `is_prepaid` comes as 0 or 1.
 *
 * https://developer.rechargepayments.com/2021-01/orders
 */
export const orders_2021_01 = schema({
  id: primaryKey(integer),
  address_id: integer,
  address_is_active: integer,
  billing_address: postalAddress_2021_01,
  browser_ip: text,
  charge_id: integer,
  charge_status: text,
  created_at: naiveTimestamp,
  currency: text,
  customer: object({
    accepts_marketing: boolean,
    email: text,
    first_name: text,
    last_name: text,
    phone: text,
    send_email_welcome: boolean,
    verified_email: boolean,
  }),
  customer_id: integer,
  discount_codes: list(discountCode),
  email: text,
  error: text,
  first_name: text,
  hash: text,
  is_prepaid: boolean,
  last_name: text,
  line_items: list(lineItem),
  note: text,
  note_attributes: properties,
  payment_processor: text,
  processed_at: naiveTimestamp,
  scheduled_at: naiveTimestamp,
  shipped_date: naiveTimestamp,
  shipping_address: postalAddress_2021_01,
  shipping_date: naiveTimestamp,
  shipping_lines: list(
    object({
      code: text,
      price: money,
      source: text,
      title: text,
    }),
  ),
  shopify_cart_token: text,
  shopify_customer_id: text,
  shopify_id: text,
  shopify_order_id: text,
  shopify_order_number: integer,
  status: text,
  subtotal_price: number,
  tags: text,
  tax_lines: taxLines,
  total_discounts: number,
  total_duties: money,
  total_line_items_price: number,
  total_price: number,
  total_refunds: number,
  total_tax: money,
  total_weight: number,
  transaction_id: text,
  type: text,
  updated_at: naiveTimestamp,
});
