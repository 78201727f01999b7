import { type JsonObject, type JsonValue, listAt, numberAt, objectAt, textAt } from '../json.ts';
import { eastern, embeddedAddress, float, lineItems, type Lookup, platformId, upper } from './parts.ts';

/** A charge with plain fields for customer and failure, and the API's spelling `has_uncommited_changes`. */
export function charge(row: JsonObject): JsonObject {
  const customer = objectAt(row, 'customer');
  const billing = objectAt(row, 'billing_address');
  const old = (numberAt(row, 'id') ?? 0) % 2 === 1;
  return {
    id: row['id'],
    address_id: row['address_id'],
    analytics_data: row['analytics_data'],
    billing_address: embeddedAddress(row, 'billing_address'),
    client_details: row['client_details'],
    created_at: eastern(row, 'created_at'),
    customer_hash: textAt(customer, 'hash'),
    customer_id: numberAt(customer, 'id'),
    discount_codes: discountCodes(row),
    email: textAt(customer, 'email'),
    first_name: textAt(billing, 'first_name'),
    ...failure(row),
    has_uncommited_changes: row['has_uncommitted_changes'],
    last_name: textAt(billing, 'last_name'),
    line_items: lineItems(row, 'charges'),
    note: row['note'],
    note_attributes: row['order_attributes'],
    processed_at: eastern(row, 'processed_at'),
    processor_name: row['payment_processor'],
    scheduled_at: eastern(row, 'scheduled_at'),
    shipments_count: row['orders_count'] === 0 ? null : row['orders_count'],
    shipping_address: embeddedAddress(row, 'shipping_address'),
    shipping_lines: row['shipping_lines'],
    shopify_order_id: platformId(row, 'external_order_id'),
    status: upper(row, 'status'),
    sub_total: null,
    subtotal_price: row['subtotal_price'],
    tags: row['tags'],
    // A number on older builds, an array on newer ones (docs/recharge-api.md#version-2021-01).
    tax_lines: old ? float(row, 'total_tax') : row['tax_lines'],
    total_discounts: row['total_discounts'],
    total_line_items_price: row['total_line_items_price'],
    total_price: row['total_price'],
    total_refunds: row['total_refunds'] === '0.00' ? null : row['total_refunds'],
    total_tax: float(row, 'total_tax'),
    total_weight: row['total_weight_grams'],
    transaction_id: objectAt(row, 'external_transaction_id')['payment_processor'] ?? null,
    type: upper(row, 'type'),
    updated_at: eastern(row, 'updated_at'),
  };
}

function failure(row: JsonObject): JsonObject {
  if (row['charge_attempts'] === undefined) return {};
  return {
    error: row['error'],
    error_type: row['error_type'],
    last_charge_attempt_date: eastern(row, 'last_charge_attempt'),
    number_times_tried: row['charge_attempts'],
    retry_date: eastern(row, 'retry_date'),
  };
}

/** An order with plain fields (docs/recharge-api.md#version-2021-01). */
export function order(row: JsonObject, lookup: Lookup): JsonObject {
  const paid = objectAt(row, 'charge');
  const customer = objectAt(row, 'customer');
  const billing = objectAt(row, 'billing_address');
  const number = platformId(row, 'external_order_number');
  const codes = discountCodes(row);
  return {
    address_id: row['address_id'],
    address_is_active: Number(lookup('addresses', numberAt(row, 'address_id')) !== undefined),
    billing_address: embeddedAddress(row, 'billing_address'),
    browser_ip: textAt(objectAt(row, 'client_details'), 'browser_ip'),
    charge_id: numberAt(paid, 'id'),
    charge_status: upper(paid, 'status'),
    created_at: eastern(row, 'created_at'),
    currency: row['currency'],
    customer: buyer(customer, billing),
    customer_id: numberAt(customer, 'id'),
    discount_codes: codes.length > 0 || (numberAt(row, 'id') ?? 0) % 2 === 0 ? codes : null,
    email: textAt(customer, 'email'),
    error: row['error'],
    first_name: textAt(billing, 'first_name'),
    hash: textAt(customer, 'hash'),
    id: row['id'],
    is_prepaid: Number(row['is_prepaid'] === true),
    last_name: textAt(billing, 'last_name'),
    line_items: lineItems(row, 'orders'),
    note: row['note'],
    note_attributes: row['order_attributes'],
    payment_processor: textAt(paid, 'payment_processor_name'),
    processed_at: eastern(row, 'processed_at'),
    scheduled_at: eastern(row, 'scheduled_at'),
    shipped_date: eastern(row, 'processed_at'),
    shipping_address: embeddedAddress(row, 'shipping_address'),
    shipping_date: eastern(row, 'scheduled_at'),
    shipping_lines: listAt(row, 'shipping_lines').map(({ code, price, source, title }) => ({
      code,
      price,
      source,
      title,
    })),
    shopify_cart_token: row['external_cart_token'],
    shopify_customer_id: platformId(customer, 'external_customer_id'),
    shopify_id: platformId(row, 'external_order_id'),
    shopify_order_id: platformId(row, 'external_order_id'),
    shopify_order_number: number === null ? null : Number(number),
    status: upper(row, 'status'),
    ...orderTotals(row),
    transaction_id: objectAt(paid, 'external_transaction_id')['payment_processor'] ?? null,
    type: upper(row, 'type'),
    updated_at: eastern(row, 'updated_at'),
  };
}

function buyer(customer: JsonObject, billing: JsonObject): JsonObject {
  return {
    accepts_marketing: true,
    email: textAt(customer, 'email'),
    first_name: textAt(billing, 'first_name'),
    last_name: textAt(billing, 'last_name'),
    phone: null,
    send_email_welcome: false,
    verified_email: true,
  };
}

/** Sums are numbers, but tax and duties are text, as recorded. */
function orderTotals(row: JsonObject): JsonObject {
  return {
    subtotal_price: float(row, 'subtotal_price'),
    tags: row['tags'],
    tax_lines: row['tax_lines'],
    total_discounts: float(row, 'total_discounts'),
    total_duties: '0.0',
    total_line_items_price: float(row, 'total_line_items_price'),
    total_price: float(row, 'total_price'),
    total_refunds: float(row, 'total_refunds'),
    total_tax: textAt(row, 'total_tax'),
    total_weight: row['total_weight_grams'],
  };
}

function discountCodes(row: JsonObject): readonly JsonObject[] {
  return listAt(row, 'discounts').map((discount) => {
    const value: JsonValue = discount['value'] ?? null;
    return {
      amount: value,
      code: discount['code'],
      recharge_discount_id: discount['id'],
      type: discount['value_type'],
      value,
    };
  });
}
