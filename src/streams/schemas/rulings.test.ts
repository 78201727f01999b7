import { describe, expect, test } from 'vitest';
import { type JsonObject, parseLossless } from '../../airbyte/index.ts';
import { ignored } from '../../airbyte/schema-field-types.fixture.ts';
import { streams } from './all.fixture.ts';
import { collectionProducts } from './collection-products.schema.ts';

const schemas = new Map(streams.map(({ name, schema }) => [name, schema]));

/** What a stream makes of a field at this path, in JSON: `lines[].price` is `{"lines":[{"price":…}]}`. */
function coerced(stream: string, path: string, sent: string): { record: string; changes: string[] } {
  const record = parseLossless(recordOf(path, sent)) as JsonObject;
  const schema = schemas.get(stream) ?? expect.unreachable(`no schema of ${stream}`);
  const changes = schema.coerce(record, ignored()) ?? [];
  return {
    record: JSON.stringify(record),
    changes: changes.map(({ field, change }) => `${field} ${change}`),
  };
}

/** With a key, so that nothing is said of that. */
function recordOf(path: string, value: string): string {
  const object = path
    .split('.')
    .reduceRight(
      (inner, name) => (name.endsWith('[]') ? `{"${name.slice(0, -2)}":[${inner}]}` : `{"${name}":${inner}}`),
      value,
    );
  return `{"id":1,${object.slice(1)}`;
}

const becomes = (path: string, out: string) => ({ record: recordOf(path, out), changes: [] });

/** By stream, the paths of what Recharge sends as a number or a text. */
const numbersOrTexts = {
  addresses: ['discounts[].value'],
  charges: [
    'discounts[].value',
    'tax_lines[].rate',
    'line_items[].tax_lines[].rate',
    'external_transaction_id.payment_processor',
  ],
  discounts: ['value', 'applies_to.ids[]'],
  memberships: ['price', 'external_product_id', 'external_variant_id', 'charge_interval_frequency'],
  metafields: ['owner_id'],
  orders: [
    'discounts[].value',
    'shipping_lines[].tax_lines[].rate',
    'charge.external_transaction_id.payment_processor',
  ],
  orders_2021_01: [
    'line_items[].price',
    'line_items[].original_price',
    'line_items[].shopify_product_id',
    'line_items[].shopify_variant_id',
    'tax_lines[].rate',
    'shopify_id',
    'shopify_order_id',
    'shopify_customer_id',
    'transaction_id',
  ],
  payment_methods: ['payment_details.exp_month', 'payment_details.exp_year'],
  plans: [
    'recurring_discount_amount',
    'external_plan_id',
    'external_plan_group_id',
    'subscription_preferences.pricing_progression[].recurring_discount_amount',
  ],
};

describe('a number or a text becomes a text with the number’s own digits', () => {
  const places = Object.entries(numbersOrTexts).flatMap(([stream, paths]) =>
    paths.map((path) => [stream, path] as const),
  );
  test.each(places)('%s %s', (stream, path) => {
    for (const digits of ['10', '10.50', '9007199254740993'])
      for (const sent of [digits, `"${digits}"`])
        expect(coerced(stream, path, sent)).toEqual(becomes(path, `"${digits}"`));
    expect(coerced(stream, path, 'null')).toEqual(becomes(path, 'null'));
  });
});

test.each(['7200010001', '"7200010001"'])('so does %s in the key of collection_products', (sent) => {
  const record = JSON.parse(`{"collection_id":2,"external_product_id":${sent}}`) as JsonObject;
  expect(collectionProducts.coerce(record, ignored()) ?? []).toEqual([]);
  expect(record).toEqual({ collection_id: 2, external_product_id: '7200010001' });
});

/** A stream, a path, what Recharge sends there, and what goes out where that is something else. */
type Ruling = readonly [stream: string, path: string, sent: string, out?: string];

const times: Ruling[] = [
  ['subscriptions', 'next_charge_scheduled_at', '"2025-07-10"'],
  ['charges', 'scheduled_at', '"2025-07-10T00:00:00"', '"2025-07-10"'],
  ['charges', 'original_scheduled_at', '"2026-07-30"'],
  ['charges', 'retry_date', '"2026-07-30"', '"2026-07-30T00:00:00+00:00"'],
  ['charges', 'retry_date', '"2026-07-30T10:00:00+00:00"'],
  ['onetimes', 'next_charge_scheduled_at', '"2025-07-10"'],
  ['onetimes', 'next_charge_scheduled_at', '"2025-07-10T04:00:00-04:00"'],
  ['orders', 'scheduled_at', '"2025-06-10T00:00:00-04:00"', '"2025-06-10T04:00:00+00:00"'],
  ['customers', 'created_at', '"2022-03-02T15:12:44"', '"2022-03-02T15:12:44+00:00"'],
  ['metafields', 'updated_at', '"2024-02-01T10:00:00"'],
  ['products', 'updated_at', '"2024-02-01T10:00:00"'],
  ['memberships', 'next_charge_scheduled_at', '"2026-07-30"', '"2026-07-30T00:00:00+00:00"'],
  ['memberships', 'deleted_at', '"2026-01-01T00:00:00+00:00"'],
  ['gift_purchases', 'notification_scheduled_at', '"2026-07-30"', '"2026-07-30T00:00:00+00:00"'],
  ['discounts', 'starts_at', '"2026-07-30"', '"2026-07-30T00:00:00+00:00"'],
  ['discounts', 'ends_at', '"2026-08-30"', '"2026-08-30T00:00:00+00:00"'],
];

const flags = ['orders', 'orders_2021_01', 'subscriptions'].flatMap((stream): Ruling[] => [
  [stream, 'is_prepaid', '0', 'false'],
  [stream, 'is_prepaid', '1', 'true'],
  [stream, 'is_prepaid', 'false'],
  [stream, 'is_prepaid', 'true'],
]);

const taxLines = [
  ['charges', 'tax_lines'],
  ['orders', 'line_items[].tax_lines'],
].flatMap(([stream = '', path = '']): Ruling[] => [
  [stream, path, '"[]"', '[]'],
  [stream, path, '[]'],
  [stream, path, '"[{\\"price\\":\\"1.00\\",\\"rate\\":0.080}]"', '[{"price":"1.00","rate":"0.080"}]'],
  [stream, path, '[{"price":"1.00","rate":"0.080"}]'],
]);

const attributes = [
  'updated_attributes[].value',
  'updated_attributes[].previous_value',
  'custom_attributes[].value',
].flatMap((path): Ruling[] => [
  ['events', path, '"active"'],
  ['events', path, '5.0', '"5.0"'],
  ['events', path, 'true', '"true"'],
  ['events', path, '{"a":1.50}', '"{\\"a\\":1.50}"'],
  ['events', path, '["x"]', '"[\\"x\\"]"'],
  ['events', path, 'null'],
]);

const cycles = [
  'recurring_discount_after_cycle',
  'subscription_preferences.pricing_progression[].recurring_discount_after_cycle',
].flatMap((path): Ruling[] => [
  ['plans', path, '3'],
  ['plans', path, '"3"', '3'],
]);

const others: Ruling[] = [
  ['orders_2021_01', 'discount_codes', 'null'],
  ['orders_2021_01', 'discount_codes', '[]'],
  ['orders_2021_01', 'discount_codes[].amount', '3.25', '"3.25"'],
  ['orders_2021_01', 'discount_codes[].value', '"10"'],
  ['shop', 'shop.test_mode', 'false'],
  ['shop', 'shop.test_mode', '1', 'true'],
  // Digits are not rewritten, and money stays the text it is.
  ['products', 'discount_amount', '0E-10'],
  ['charges', 'total_price', '"38.00"'],
  ['charges', 'external_variant_not_found', '"no such variant"'],
  ['charges', 'external_variant_id_not_found', 'true', '"true"'],
  ['discounts', 'usage_limits.first_time_customer_restriction', '"subscriber"'],
  ['discounts', 'usage_limits.first_time_customer_restriction', 'true', '"true"'],
  ['discounts', 'usage_limits.automatic_redemptions_per_customer', '1'],
  ['entitlements', 'granted_by_id', '5', '"5"'],
  ['credit_adjustments', 'created_by.resource_id', '5', '"5"'],
  ['events', 'source.account_id', '5', '"5"'],
  ['events', 'source.api_token_id', '"x"'],
  ['events', 'object_id', '"9007199254740993"', '9007199254740993'],
  ['payment_methods', 'payment_details', '[{"exp_month":4}]', '{"exp_month":"4"}'],
  ['subscriptions', 'properties', '{"Size":["L"]}', '[{"name":"Size","value":"[\\"L\\"]"}]'],
  ['subscriptions', 'properties', '{"Gift":true}', '[{"name":"Gift","value":"true"}]'],
  ['charges', 'line_items[].properties', '{}', '[]'],
  ['orders', 'order_attributes', '{"a":1.50}', '[{"name":"a","value":"1.50"}]'],
  ['events', 'updated_attributes', '{"price":1.50}', '[{"attribute":"price","value":"1.50"}]'],
  ['events', 'custom_attributes', '{"key":"a","value":2}', '[{"key":"a","value":"2"}]'],
  ['metafields', 'value', '{"a":[1.0]}', '"{\\"a\\":[1.0]}"'],
  ['customers', 'memberships_active_count', '1'],
  ['customers', 'memberships_total_count', '2'],
  ['plans', 'max_queued_charges', '1'],
  ['plans', 'charge_creation_day_of_week', '0'],
  ['plans', 'charge_creation_day_of_month', '1'],
  ['plans', 'interval_unit', '"day"'],
  ['plans', 'order_interval_frequency', '30'],
  ['plans', 'charge_interval_frequency', '30'],
  ['bundle_selections', 'bundle_variant', '7'],
  ['credit_accounts', 'initial_value', '"5.00"'],
  // A payment method alone brings an empty `include` unasked (docs/recharge-api.md#keys-sent-at-times).
  ['payment_methods', 'include', '{}'],
  ['payment_methods', 'include', '{"addresses":[{"id":5.0}]}'],
  ['payment_methods', 'include', 'null'],
];

const rulings = [times, flags, taxLines, attributes, cycles, others].flat();

test.each(rulings.map(([stream, path, sent, out = sent]) => [stream, path, sent, out] as const))(
  '%s %s: %s',
  (stream, path, sent, out) => expect(coerced(stream, path, sent)).toEqual(becomes(path, out)),
);

test('no stream has an include but payment_methods', () => {
  expect(streams.filter(({ schema }) => 'include' in schema.fields).map(({ name }) => name)).toEqual([
    'payment_methods',
  ]);
});

test.each([
  ['an empty day', 'charges', 'scheduled_at', '""'],
  ['an empty time', 'orders', 'processed_at', '""'],
  ['an empty integer', 'subscriptions', 'quantity', '""'],
  ['an empty number', 'products', 'discount_amount', '""'],
  ['an integer beyond 64 bits', 'customers', 'subscriptions_total_count', '9223372036854775808'],
  ['a fraction', 'charges', 'orders_count', '149.59'],
  ['a word', 'customers', 'tax_exempt', '"yes"'],
  ['a number too large for any destination', 'products', 'discount_amount', '1e31'],
] as const)('%s goes out as null and is kept', (_what, stream, field, sent) => {
  const kept = sent === '1e31' ? '"1e31"' : sent;
  const { record, changes } = coerced(stream, field, sent);
  expect(record).toBe(
    `${recordOf(field, 'null').slice(0, -1)},"_ab_additional_properties":{"${field}":${kept}}}`,
  );
  expect(changes).toEqual([`${field} NULLED`]);
});

test('NUL in a text goes, with a word about it', () => {
  const path = 'line_items[].properties[].value';
  expect(coerced('orders', path, '"x\\u0000y"')).toEqual({
    record: recordOf(path, '"xy"'),
    changes: ['line_items.properties.value TRUNCATED'],
  });
});
