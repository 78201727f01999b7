import { type JsonObject, listAt, numberAt, textAt } from '../json.ts';
import { countryName, eastern, type Lookup, platformId } from './parts.ts';

/**
 * A customer with its billing data and the old names of its counters
 * (docs/recharge-api.md#version-2021-01).
 */
export function customer(row: JsonObject, lookup: Lookup, addressId: number | null): JsonObject {
  const billing = lookup('addresses', addressId) ?? {};
  const active = numberAt(row, 'subscriptions_active_count') ?? 0;
  return {
    id: row['id'],
    // Recorded as 0, 1 or null, never as true.
    accepts_marketing: [0, null, 1][(numberAt(row, 'id') ?? 0) % 3],
    analytics_data: row['analytics_data'],
    billing_address1: textAt(billing, 'address1'),
    billing_address2: textAt(billing, 'address2'),
    billing_city: textAt(billing, 'city'),
    billing_company: textAt(billing, 'company'),
    billing_country: countryName(billing),
    billing_phone: textAt(billing, 'phone'),
    billing_province: textAt(billing, 'province'),
    billing_zip: textAt(billing, 'zip'),
    created_at: eastern(row, 'created_at'),
    email: row['email'],
    first_charge_processed_at: eastern(row, 'first_charge_processed_at'),
    first_name: row['first_name'],
    has_card_error_in_dunning: row['has_payment_method_in_dunning'],
    has_valid_payment_method: row['has_valid_payment_method'],
    hash: row['hash'],
    last_name: row['last_name'],
    number_active_subscriptions: active,
    number_subscriptions: numberAt(row, 'subscriptions_total_count'),
    phone: row['phone'],
    processor_type: 'shopify_payments',
    reason_payment_method_not_valid: row['has_valid_payment_method'] === true ? null : 'NOT_VALIDATED',
    shopify_customer_id: platformId(row, 'external_customer_id'),
    status: active > 0 ? 'ACTIVE' : 'INACTIVE',
    stripe_customer_token: null,
    tax_exempt: row['tax_exempt'],
    updated_at: eastern(row, 'updated_at'),
  };
}

/** An address with the country's name and the old names of its notes. */
export function address(row: JsonObject): JsonObject {
  return {
    id: row['id'],
    address1: row['address1'],
    address2: row['address2'] ?? '',
    cart_note: row['order_note'],
    city: row['city'],
    company: row['company'],
    country: countryName(row),
    created_at: eastern(row, 'created_at'),
    customer_id: row['customer_id'],
    discount_id: listAt(row, 'discounts')[0]?.['id'] ?? null,
    first_name: row['first_name'],
    last_name: row['last_name'],
    note_attributes: row['order_attributes'],
    original_shipping_lines: row['shipping_lines_conserved'] ?? [],
    phone: row['phone'],
    province: row['province'],
    shipping_lines_override: row['shipping_lines_override'],
    updated_at: eastern(row, 'updated_at'),
    zip: row['zip'],
  };
}
