import { boolean, integer, list, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { clientDetails, externalId, money, properties } from './shared/basics.schema.ts';
import { customerSummary } from './shared/customer-summary.schema.ts';
import { postalAddress } from './shared/postal-addresses.schema.ts';
import { appliedDiscount, lineItem, shippingLine, taxLines } from './shared/lines.schema.ts';
import { externalTransactionId } from './shared/payments.schema.ts';

/**
 * An order made from a charge, as 2021-11 has it. Unlike a charge's, `scheduled_at` is a time: midnight in the Eastern
 * zone, said in UTC.
 *
 * https://developer.rechargepayments.com/2021-11/orders
 */
export const orders = schema({
  id: primaryKey(integer),
  address_id: integer,
  billing_address: postalAddress,
  charge: object({
    id: integer,
    external_transaction_id: externalTransactionId,
    payment_processor_name: text,
    status: text,
  }),
  client_details: clientDetails,
  created_at: timestamp,
  currency: text,
  customer: customerSummary,
  discounts: list(appliedDiscount),
  error: text,
  external_cart_token: text,
  external_order_id: externalId,
  external_order_name: externalId,
  external_order_number: externalId,
  is_prepaid: boolean,
  line_items: list(lineItem),
  note: text,
  order_attributes: properties,
  processed_at: timestamp,
  scheduled_at: timestamp,
  shipping_address: postalAddress,
  shipping_lines: list(shippingLine),
  status: text,
  subtotal_price: money,
  tags: text,
  tax_lines: taxLines,
  taxable: boolean,
  total_discounts: money,
  total_duties: money,
  total_line_items_price: money,
  total_price: money,
  total_refunds: money,
  total_tax: money,
  total_weight_grams: integer,
  type: text,
  updated_at: timestamp,
});
