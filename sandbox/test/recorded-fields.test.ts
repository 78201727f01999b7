import { describe, expect, it } from 'vitest';
import { type ResourceName, type Version } from '../index.ts';
import { listAt, type JsonObject } from '../json.ts';
import { shared, str } from './client.ts';

/** The keys that answers of the real API were seen to have in 2025 and 2026. */
const RECORDED: readonly (readonly [ResourceName, Version, string])[] = [
  [
    'addresses',
    '2021-11',
    'id address1 address2 city company country_code created_at customer_id discounts first_name is_gift last_name order_attributes order_note payment_method_id phone presentment_currency province shipping_lines_conserved shipping_lines_override updated_at zip',
  ],
  [
    'charges',
    '2021-11',
    'id address_id analytics_data billing_address client_details created_at currency customer discounts error error_type external_order_id external_transaction_id has_uncommitted_changes line_items merged_at note order_attributes orders_count original_scheduled_at payment_processor processed_at retry_date scheduled_at shipping_address shipping_lines status subtotal_price tags tax_lines taxable taxes_included total_discounts total_duties total_line_items_price total_price total_refunds total_tax total_weight_grams type updated_at',
  ],
  [
    'customers',
    '2021-11',
    'id analytics_data apply_credit_to_next_checkout_charge apply_credit_to_next_recurring_charge created_at email external_customer_id first_charge_processed_at first_name has_payment_method_in_dunning has_valid_payment_method hash last_name phone subscription_related_charge_streak subscriptions_active_count subscriptions_total_count tax_exempt updated_at',
  ],
  [
    'subscriptions',
    '2021-11',
    'id address_id analytics_data cancellation_reason cancellation_reason_comments cancelled_at charge_interval_frequency created_at customer_id expire_after_specific_number_of_charges external_product_id external_variant_id has_queued_charges is_prepaid is_skippable is_swappable max_retries_reached next_charge_scheduled_at order_day_of_month order_day_of_week order_interval_frequency order_interval_unit presentment_currency price product_title properties quantity sku sku_override status updated_at variant_title',
  ],
  [
    'customers',
    '2021-01',
    'id accepts_marketing analytics_data billing_address1 billing_address2 billing_city billing_company billing_country billing_phone billing_province billing_zip created_at email first_charge_processed_at first_name has_card_error_in_dunning has_valid_payment_method hash last_name number_active_subscriptions number_subscriptions phone processor_type reason_payment_method_not_valid shopify_customer_id status tax_exempt updated_at',
  ],
  [
    'subscriptions',
    '2021-01',
    'id address_id analytics_data cancellation_reason cancellation_reason_comments cancelled_at charge_interval_frequency created_at customer_id email expire_after_specific_number_of_charges has_queued_charges is_prepaid is_skippable is_swappable max_retries_reached next_charge_scheduled_at order_day_of_month order_day_of_week order_interval_frequency order_interval_unit presentment_currency price product_title properties quantity recharge_product_id shopify_product_id shopify_variant_id sku sku_override status updated_at variant_title',
  ],
];

const sandbox = await shared({ seed: 3 });

describe('the fields of recorded answers', () => {
  it.each(RECORDED)('%s in %s: every recorded key is in every row', (list, version, keys) => {
    const rows = sandbox.served(`/${list}`, version);
    expect(rows.length).toBeGreaterThan(20);
    const missing = rows.flatMap((row) => keys.split(' ').filter((key) => !(key in row)));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('a charge’s original_scheduled_at is a day, its own or, where it was put off, one before', () => {
    const charges = sandbox.rows('charges');
    for (const charge of charges) {
      expect(str(charge['original_scheduled_at'])).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(str(charge['original_scheduled_at']) <= str(charge['scheduled_at'])).toBe(true);
    }
    const moved = charges.filter((row) => row['original_scheduled_at'] !== row['scheduled_at']);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.length).toBeLessThan(charges.length / 10);
  });

  it('2021-01 customers: accepts_marketing is 0, 1 or null; an invalid payment method has its reason', () => {
    const rows = sandbox.served('/customers', '2021-01');
    expect(new Set(rows.map((row) => row['accepts_marketing']))).toEqual(new Set([0, 1, null]));
    for (const row of rows) {
      const reason = row['has_valid_payment_method'] === true ? null : 'NOT_VALIDATED';
      expect(row['reason_payment_method_not_valid']).toBe(reason);
    }
  });

  it('a line says that it has no offer, may lack its weight, and a quoted shipping line has microseconds', () => {
    const lines = sandbox.rows('charges').flatMap((row) => listAt(row, 'line_items'));
    expect(lines.every((line: JsonObject) => 'offer_attributes' in line)).toBe(true);
    expect(new Set(lines.map((line) => typeof line['grams']))).toEqual(new Set(['number', 'object']));
    const quoted = sandbox
      .rows('charges')
      .flatMap((row) => listAt(row, 'shipping_lines'))
      .map((line) => line['retrieved_at'])
      .filter((at) => at !== null);
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.every((at) => /T\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(str(at)))).toBe(true);
  });
});
