import { boolean, date, integer, list, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { analyticsData, clientDetails, externalId, money, properties } from './shared/basics.schema.ts';
import { customerSummary } from './shared/customer-summary.schema.ts';
import { postalAddress } from './shared/postal-addresses.schema.ts';
import { appliedDiscount, lineItem, shippingLine, taxLines } from './shared/lines.schema.ts';
import { externalTransactionId } from './shared/payments.schema.ts';

/**
 * A payment, made or to come. `scheduled_at` and `original_scheduled_at` are days. `retry_date` may come as a day or as a
 * time, and is a time. What is not found may be told by a text. The fields about
 * failed attempts (`charge_attempts`, `last_charge_attempt`, `external_variant_not_found`, which the docs call
 * `external_variant_id_not_found`) are there only after an attempt.
 *
 * https://developer.rechargepayments.com/2021-11/charges
 */
export const charges = schema({
  id: primaryKey(integer),
  address_id: integer,
  analytics_data: analyticsData,
  billing_address: postalAddress,
  charge_attempts: integer,
  client_details: clientDetails,
  created_at: timestamp,
  currency: text,
  customer: customerSummary,
  discounts: list(appliedDiscount),
  error: text,
  error_type: text,
  external_order_id: externalId,
  external_transaction_id: externalTransactionId,
  external_variant_not_found: text,
  external_variant_id_not_found: text,
  has_uncommitted_changes: boolean,
  last_charge_attempt: timestamp,
  line_items: list(lineItem),
  merged_at: timestamp,
  note: text,
  order_attributes: properties,
  orders_count: integer,
  original_scheduled_at: date,
  payment_processor: text,
  processed_at: timestamp,
  retry_date: timestamp,
  scheduled_at: date,
  shipping_address: postalAddress,
  shipping_lines: list(shippingLine),
  status: text,
  subtotal_price: money,
  tags: text,
  tax_lines: taxLines,
  taxable: boolean,
  taxes_included: boolean,
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
