import { type JsonObject, type JsonValue, numberAt, objectAt, textAt } from '../json.ts';
import { eastern, float, type Lookup, platformNumber, upper } from './parts.ts';

const FIRST_PRODUCT = 7_200_010_000;
const FIRST_RULES = 1_900_000;

/** The id of the product's subscription rules, which 2021-11 dropped. */
function rulesId(row: JsonObject): JsonValue {
  const product = platformNumber(row, 'external_product_id');
  return typeof product === 'number' ? FIRST_RULES + 3 * (product - FIRST_PRODUCT) : null;
}

/** A subscription: enums in capitals, booleans as 0 and 1, intervals as text, price as a number. */
export function subscription(row: JsonObject, lookup: Lookup): JsonObject {
  const frequency = (key: string): string | null => numberAt(row, key)?.toString() ?? null;
  return {
    id: row['id'],
    address_id: row['address_id'],
    analytics_data: row['analytics_data'],
    cancellation_reason: row['cancellation_reason'],
    cancellation_reason_comments: row['cancellation_reason_comments'],
    cancelled_at: eastern(row, 'cancelled_at'),
    charge_interval_frequency: frequency('charge_interval_frequency'),
    created_at: eastern(row, 'created_at'),
    customer_id: row['customer_id'],
    email: textAt(lookup('customers', numberAt(row, 'customer_id')) ?? {}, 'email'),
    expire_after_specific_number_of_charges: row['expire_after_specific_number_of_charges'],
    has_queued_charges: Number(row['has_queued_charges'] === true),
    is_prepaid: row['is_prepaid'],
    is_skippable: row['is_skippable'],
    is_swappable: row['is_swappable'],
    max_retries_reached: Number(row['max_retries_reached'] === true),
    next_charge_scheduled_at: eastern(row, 'next_charge_scheduled_at'),
    order_day_of_month: row['order_day_of_month'],
    order_day_of_week: row['order_day_of_week'],
    order_interval_frequency: frequency('order_interval_frequency'),
    order_interval_unit: row['order_interval_unit'],
    presentment_currency: row['presentment_currency'],
    price: float(row, 'price'),
    product_title: row['product_title'],
    properties: row['properties'],
    quantity: row['quantity'],
    recharge_product_id: rulesId(row),
    shopify_product_id: platformNumber(row, 'external_product_id'),
    shopify_variant_id: platformNumber(row, 'external_variant_id'),
    sku: row['sku'],
    sku_override: row['sku_override'],
    status: upper(row, 'status'),
    updated_at: eastern(row, 'updated_at'),
    variant_title: row['variant_title'],
  };
}

/** A onetime, with a status instead of `is_cancelled`; its price is a number on some, text on others. */
export function onetime(row: JsonObject): JsonObject {
  const odd = (numberAt(row, 'id') ?? 0) % 2 === 1;
  return {
    id: row['id'],
    address_id: row['address_id'],
    created_at: eastern(row, 'created_at'),
    customer_id: row['customer_id'],
    next_charge_scheduled_at: eastern(row, 'next_charge_scheduled_at'),
    price: odd ? row['price'] : float(row, 'price'),
    product_title: row['product_title'],
    properties: row['properties'],
    quantity: row['quantity'],
    recharge_product_id: rulesId(row),
    shopify_product_id: platformNumber(row, 'external_product_id'),
    shopify_variant_id: platformNumber(row, 'external_variant_id'),
    sku: row['sku'],
    status: row['is_cancelled'] === true ? 'CANCELLED' : 'ONETIME',
    updated_at: eastern(row, 'updated_at'),
    variant_title: row['variant_title'],
  };
}

/** A discount, with its limits and targets as plain fields. */
export function discount(row: JsonObject): JsonObject {
  const target = objectAt(row, 'applies_to');
  const limits = objectAt(row, 'usage_limits');
  const ids = Array.isArray(target['ids']) ? (target['ids'] as readonly JsonValue[]) : [];
  const most = numberAt(limits, 'max_subsequent_redemptions');
  return {
    id: row['id'],
    applies_to: null,
    applies_to_id: ids.length > 0 ? Number(ids[0]) : null,
    applies_to_product_type: target['purchase_item_type'],
    applies_to_resource: target['resource'],
    code: row['code'],
    created_at: eastern(row, 'created_at'),
    discount_type: row['value_type'],
    duration: most === null ? 'forever' : 'usage_limit',
    duration_usage_limit: most,
    ends_at: eastern(row, 'ends_at'),
    first_time_customer_restriction: limits['first_time_customer_restriction'],
    once_per_customer: limits['one_application_per_customer'],
    prerequisite_subtotal_min: float(row, 'prerequisite_subtotal_min'),
    starts_at: eastern(row, 'starts_at'),
    status: row['status'],
    times_used: 0,
    updated_at: eastern(row, 'updated_at'),
    usage_limit: null,
    value: float(row, 'value'),
  };
}
