import { describe, expect, test } from 'vitest';
import { type JsonObject, type ObjectSchema, parseLossless } from '../../airbyte/index.ts';
import { ignored } from '../../airbyte/schema-field-types.fixture.ts';
import { addresses } from './addresses.schema.ts';
import { streams } from './all.fixture.ts';
import { bundleSelections } from './bundle-selections.schema.ts';
import { creditAccounts } from './credit-accounts.schema.ts';
import { creditAdjustments } from './credit-adjustments.schema.ts';
import { entitlements } from './entitlements.schema.ts';
import { giftPurchases } from './gift-purchases.schema.ts';
import { charges } from './charges.schema.ts';
import { collectionProducts } from './collection-products.schema.ts';
import { customers } from './customers.schema.ts';
import { discounts } from './discounts.schema.ts';
import { events } from './events.schema.ts';
import { memberships } from './memberships.schema.ts';
import { metafields } from './metafields.schema.ts';
import { onetimes } from './onetimes.schema.ts';
import { orders } from './orders.schema.ts';
import { orders_2021_01 } from './orders-2021-01.schema.ts';
import { paymentMethods } from './payment-methods.schema.ts';
import { plans } from './plans.schema.ts';
import { products } from './products.schema.ts';
import { shop } from './shop.schema.ts';
import { subscriptions } from './subscriptions.schema.ts';

/** What becomes of these fields, in JSON. */
function coerced(schema: ObjectSchema, fields: string): { fields: string; changes: string[] } {
  const record = parseLossless(`{"id":1,${fields}}`) as JsonObject;
  const changes = schema.coerce(record, ignored()) ?? [];
  return {
    fields: JSON.stringify(record).slice('{"id":1,'.length, -1),
    changes: changes.map(({ field, change }) => `${field} ${change}`),
  };
}

function becomes(fields: string) {
  return { fields, changes: [] };
}

const afterCycle = (value: string) =>
  `"recurring_discount_after_cycle":${value},"subscription_preferences":{"pricing_progression":[{"recurring_discount_after_cycle":${value}}]}`;

const attributes = (value: string) =>
  `"updated_attributes":[{"value":${value},"previous_value":${value}}],"custom_attributes":[{"value":${value}}]`;

/** A sent value, and what goes out for it. */
const asText = [
  ['10', '"10"'],
  ['10.50', '"10.50"'],
  ['"10.50"', '"10.50"'],
  ['9007199254740993', '"9007199254740993"'],
  ['null', 'null'],
] as const;

describe('a number or a text becomes a text with the number’s own digits', () => {
  const places: [string, ObjectSchema, (value: string) => string][] = [
    ['charges discounts[].value', charges, (value) => `"discounts":[{"value":${value}}]`],
    ['orders discounts[].value', orders, (value) => `"discounts":[{"value":${value}}]`],
    ['addresses discounts[].value', addresses, (value) => `"discounts":[{"value":${value}}]`],
    ['discounts value', discounts, (value) => `"value":${value}`],
    ['discounts applies_to.ids[]', discounts, (value) => `"applies_to":{"ids":[${value}]}`],
    ['charges tax_lines[].rate', charges, (value) => `"tax_lines":[{"rate":${value}}]`],
    [
      'charges line_items[].tax_lines[].rate',
      charges,
      (value) => `"line_items":[{"tax_lines":[{"rate":${value}}]}]`,
    ],
    [
      'orders shipping_lines[].tax_lines[].rate',
      orders,
      (value) => `"shipping_lines":[{"tax_lines":[{"rate":${value}}]}]`,
    ],
    [
      'charges external_transaction_id',
      charges,
      (value) => `"external_transaction_id":{"payment_processor":${value}}`,
    ],
    [
      'orders charge',
      orders,
      (value) => `"charge":{"external_transaction_id":{"payment_processor":${value}}}`,
    ],
    ['metafields owner_id', metafields, (value) => `"owner_id":${value}`],
    ['plans recurring_discount_amount', plans, (value) => `"recurring_discount_amount":${value}`],
    ['plans external_plan_id', plans, (value) => `"external_plan_id":${value}`],
    ['plans external_plan_group_id', plans, (value) => `"external_plan_group_id":${value}`],
    [
      'plans pricing_progression[].recurring_discount_amount',
      plans,
      (value) =>
        `"subscription_preferences":{"pricing_progression":[{"recurring_discount_amount":${value}}]}`,
    ],
    ['memberships price', memberships, (value) => `"price":${value}`],
    ['memberships external_product_id', memberships, (value) => `"external_product_id":${value}`],
    ['memberships external_variant_id', memberships, (value) => `"external_variant_id":${value}`],
    ['memberships charge_interval_frequency', memberships, (value) => `"charge_interval_frequency":${value}`],
    ['payment_methods exp_month', paymentMethods, (value) => `"payment_details":{"exp_month":${value}}`],
    ['payment_methods exp_year', paymentMethods, (value) => `"payment_details":{"exp_year":${value}}`],
    ['orders_2021_01 line_items[].price', orders_2021_01, (value) => `"line_items":[{"price":${value}}]`],
    [
      'orders_2021_01 line_items[].original_price',
      orders_2021_01,
      (value) => `"line_items":[{"original_price":${value}}]`,
    ],
    [
      'orders_2021_01 line_items[].shopify_product_id',
      orders_2021_01,
      (value) => `"line_items":[{"shopify_product_id":${value}}]`,
    ],
    [
      'orders_2021_01 line_items[].shopify_variant_id',
      orders_2021_01,
      (value) => `"line_items":[{"shopify_variant_id":${value}}]`,
    ],
    ['orders_2021_01 tax_lines[].rate', orders_2021_01, (value) => `"tax_lines":[{"rate":${value}}]`],
    ['orders_2021_01 shopify_id', orders_2021_01, (value) => `"shopify_id":${value}`],
    ['orders_2021_01 shopify_order_id', orders_2021_01, (value) => `"shopify_order_id":${value}`],
    ['orders_2021_01 shopify_customer_id', orders_2021_01, (value) => `"shopify_customer_id":${value}`],
    ['orders_2021_01 transaction_id', orders_2021_01, (value) => `"transaction_id":${value}`],
  ];

  test.each(places)('%s', (_place, schema, fields) => {
    for (const [sent, out] of asText) expect(coerced(schema, fields(sent))).toEqual(becomes(fields(out)));
  });
});

test('so does a product’s id in the key of collection_products', () => {
  for (const sent of ['7200010001', '"7200010001"']) {
    expect(coerced(collectionProducts, `"collection_id":2,"external_product_id":${sent}`)).toEqual(
      becomes('"collection_id":2,"external_product_id":"7200010001"'),
    );
  }
});

test.each([
  ['3', '3'],
  ['"3"', '3'],
])('after how many cycles a discount recurs: %s is %s', (sent, out) => {
  expect(coerced(plans, afterCycle(sent))).toEqual(becomes(afterCycle(out)));
});

test.each([
  ['"active"', '"active"'],
  ['5.0', '"5.0"'],
  ['true', '"true"'],
  ['{"a":1.50}', '"{\\"a\\":1.50}"'],
  ['["x"]', '"[\\"x\\"]"'],
  ['null', 'null'],
])('what an event says an attribute was: %s is %s', (sent, out) => {
  expect(coerced(events, attributes(sent))).toEqual(becomes(attributes(out)));
});

test('discount codes of 2021-01 are a list or null', () => {
  for (const sent of ['null', '[]']) {
    expect(coerced(orders_2021_01, `"discount_codes":${sent}`)).toEqual(becomes(`"discount_codes":${sent}`));
  }
  expect(coerced(orders_2021_01, '"discount_codes":[{"amount":3.25,"value":"10"}]')).toEqual(
    becomes('"discount_codes":[{"amount":"3.25","value":"10"}]'),
  );
});

test.each([
  ['false', 'false'],
  ['1', 'true'],
])('test_mode of the shop: %s is %s', (sent, out) => {
  expect(coerced(shop, `"shop":{"test_mode":${sent}}`)).toEqual(becomes(`"shop":{"test_mode":${out}}`));
});

describe('tax_lines', () => {
  test.each([
    ['"[]"', '[]'],
    ['[]', '[]'],
    ['"[{\\"price\\":\\"1.00\\",\\"rate\\":0.080}]"', '[{"price":"1.00","rate":"0.080"}]'],
    ['[{"price":"1.00","rate":"0.080"}]', '[{"price":"1.00","rate":"0.080"}]'],
  ])('%s is the list %s', (sent, out) => {
    expect(coerced(charges, `"tax_lines":${sent}`)).toEqual(becomes(`"tax_lines":${out}`));
    expect(coerced(orders, `"line_items":[{"tax_lines":${sent}}]`)).toEqual(
      becomes(`"line_items":[{"tax_lines":${out}}]`),
    );
  });
});

describe('is_prepaid', () => {
  test.each([
    ['0', 'false'],
    ['1', 'true'],
    ['false', 'false'],
    ['true', 'true'],
  ])('%s is %s', (sent, out) => {
    for (const schema of [orders, orders_2021_01, subscriptions]) {
      expect(coerced(schema, `"is_prepaid":${sent}`)).toEqual(becomes(`"is_prepaid":${out}`));
    }
  });
});

describe('times', () => {
  test.each([
    [
      'a day of a subscription',
      subscriptions,
      '"next_charge_scheduled_at":"2025-07-10"',
      '"next_charge_scheduled_at":"2025-07-10"',
    ],
    ['a day of a charge', charges, '"scheduled_at":"2025-07-10T00:00:00"', '"scheduled_at":"2025-07-10"'],
    [
      'a day of a onetime',
      onetimes,
      '"next_charge_scheduled_at":"2025-07-10"',
      '"next_charge_scheduled_at":"2025-07-10"',
    ],
    [
      'a time of a onetime',
      onetimes,
      '"next_charge_scheduled_at":"2025-07-10T04:00:00-04:00"',
      '"next_charge_scheduled_at":"2025-07-10T04:00:00-04:00"',
    ],
    [
      'an offset',
      orders,
      '"scheduled_at":"2025-06-10T00:00:00-04:00"',
      '"scheduled_at":"2025-06-10T04:00:00+00:00"',
    ],
    [
      'an old customer',
      customers,
      '"created_at":"2022-03-02T15:12:44"',
      '"created_at":"2022-03-02T15:12:44+00:00"',
    ],
    ['a metafield', metafields, '"updated_at":"2024-02-01T10:00:00"', '"updated_at":"2024-02-01T10:00:00"'],
    [
      'a 2021-01 product',
      products,
      '"updated_at":"2024-02-01T10:00:00"',
      '"updated_at":"2024-02-01T10:00:00"',
    ],
  ])('of %s', (_what, schema, sent, out) => expect(coerced(schema, sent)).toEqual(becomes(out)));
});

/**
 * A record has an `include` where one is asked for, which never happens
 * (docs/recharge-api.md#keys-sent-at-times). A payment method alone brings an empty one unasked
 * (docs/recharge-api.md#keys-sent-at-times): it is declared and goes out as it came, or each sync would warn
 * of it.
 */
test('no stream has an include but payment_methods', () => {
  expect(streams.filter(({ schema }) => 'include' in schema.fields).map(({ name }) => name)).toEqual([
    'payment_methods',
  ]);
  for (const sent of ['{}', '{"addresses":[{"id":5.0}]}', 'null'])
    expect(coerced(paymentMethods, `"include":${sent}`)).toEqual(becomes(`"include":${sent}`));
});

test('digits: a product’s discount of 0E-10 is not rewritten', () => {
  expect(coerced(products, '"discount_amount":0E-10')).toEqual(becomes('"discount_amount":0E-10'));
});

test('money stays the text it is', () => {
  expect(coerced(charges, '"total_price":"38.00"')).toEqual(becomes('"total_price":"38.00"'));
});

test.each([
  ['an empty day', charges, 'scheduled_at', '""'],
  ['an empty time', orders, 'processed_at', '""'],
  ['an empty integer', subscriptions, 'quantity', '""'],
  ['an empty number', products, 'discount_amount', '""'],
  ['an integer beyond 64 bits', customers, 'subscriptions_total_count', '9223372036854775808'],
  ['a fraction', charges, 'orders_count', '149.59'],
  ['a word', customers, 'tax_exempt', '"yes"'],
])('%s goes out as null and is kept', (_what, schema, field, sent) => {
  expect(coerced(schema, `"${field}":${sent}`)).toEqual({
    fields: `"${field}":null,"_ab_additional_properties":{"${field}":${sent}}`,
    changes: [`${field} NULLED`],
  });
});

test('a number too large for any destination is kept as text', () => {
  expect(coerced(products, '"discount_amount":1e31')).toEqual({
    fields: '"discount_amount":null,"_ab_additional_properties":{"discount_amount":"1e31"}',
    changes: ['discount_amount NULLED'],
  });
});

describe('what other loaders have seen', () => {
  test.each<[string, ObjectSchema, string, string]>([
    [
      'a day of a membership',
      memberships,
      '"next_charge_scheduled_at":"2026-07-30"',
      '"next_charge_scheduled_at":"2026-07-30T00:00:00+00:00"',
    ],
    [
      'a day of a gift',
      giftPurchases,
      '"notification_scheduled_at":"2026-07-30"',
      '"notification_scheduled_at":"2026-07-30T00:00:00+00:00"',
    ],
    ['a day of a retry', charges, '"retry_date":"2026-07-30"', '"retry_date":"2026-07-30T00:00:00+00:00"'],
    [
      'a time of a retry',
      charges,
      '"retry_date":"2026-07-30T10:00:00+00:00"',
      '"retry_date":"2026-07-30T10:00:00+00:00"',
    ],
    [
      'days of a discount',
      discounts,
      '"starts_at":"2026-07-30","ends_at":"2026-08-30"',
      '"starts_at":"2026-07-30T00:00:00+00:00","ends_at":"2026-08-30T00:00:00+00:00"',
    ],
    [
      'the day a charge was first due',
      charges,
      '"original_scheduled_at":"2026-07-30"',
      '"original_scheduled_at":"2026-07-30"',
    ],
    [
      'a variant that is not found, as text',
      charges,
      '"external_variant_not_found":"no such variant","external_variant_id_not_found":true',
      '"external_variant_not_found":"no such variant","external_variant_id_not_found":"true"',
    ],
    [
      'a restriction as a word',
      discounts,
      '"usage_limits":{"first_time_customer_restriction":"subscriber","automatic_redemptions_per_customer":1}',
      '"usage_limits":{"first_time_customer_restriction":"subscriber","automatic_redemptions_per_customer":1}',
    ],
    [
      'a restriction as a boolean',
      discounts,
      '"usage_limits":{"first_time_customer_restriction":true}',
      '"usage_limits":{"first_time_customer_restriction":"true"}',
    ],
    ['who granted an entitlement', entitlements, '"granted_by_id":5', '"granted_by_id":"5"'],
    [
      'who made an adjustment',
      creditAdjustments,
      '"created_by":{"resource_id":5}',
      '"created_by":{"resource_id":"5"}',
    ],
    [
      'who made an event',
      events,
      '"source":{"account_id":5,"api_token_id":"x"}',
      '"source":{"account_id":"5","api_token_id":"x"}',
    ],
    [
      'the object of an event as digits',
      events,
      '"object_id":"9007199254740993"',
      '"object_id":9007199254740993',
    ],
    [
      'payment details in a list of one',
      paymentMethods,
      '"payment_details":[{"exp_month":4}]',
      '"payment_details":{"exp_month":"4"}',
    ],
    [
      'properties as an object',
      subscriptions,
      '"properties":{"Size":["L"],"Gift":true}',
      '"properties":[{"name":"Size","value":"[\\"L\\"]"},{"name":"Gift","value":"true"}]',
    ],
    ['no properties', charges, '"line_items":[{"properties":{}}]', '"line_items":[{"properties":[]}]'],
    [
      'order attributes as an object',
      orders,
      '"order_attributes":{"a":1.50}',
      '"order_attributes":[{"name":"a","value":"1.50"}]',
    ],
    [
      'attributes of an event as an object',
      events,
      '"updated_attributes":{"price":1.50},"custom_attributes":{"key":"a","value":2}',
      '"updated_attributes":[{"attribute":"price","value":"1.50"}],"custom_attributes":[{"key":"a","value":"2"}]',
    ],
    ['a metafield of any type', metafields, '"value":{"a":[1.0]}', '"value":"{\\"a\\":[1.0]}"'],
    [
      'counts of memberships',
      customers,
      '"memberships_active_count":1,"memberships_total_count":2',
      '"memberships_active_count":1,"memberships_total_count":2',
    ],
    [
      'a deleted membership',
      memberships,
      '"deleted_at":"2026-01-01T00:00:00+00:00"',
      '"deleted_at":"2026-01-01T00:00:00+00:00"',
    ],
    [
      'what a plan says of charges',
      plans,
      '"max_queued_charges":1,"charge_creation_day_of_week":0,"charge_creation_day_of_month":1,"interval_unit":"day","order_interval_frequency":30,"charge_interval_frequency":30',
      '"max_queued_charges":1,"charge_creation_day_of_week":0,"charge_creation_day_of_month":1,"interval_unit":"day","order_interval_frequency":30,"charge_interval_frequency":30',
    ],
    ['a bundle variant', bundleSelections, '"bundle_variant":7', '"bundle_variant":7'],
    ['an initial value', creditAccounts, '"initial_value":"5.00"', '"initial_value":"5.00"'],
  ])('%s', (_what, schema, sent, out) => expect(coerced(schema, sent)).toEqual(becomes(out)));
});

test('NUL in a text goes, with a word about it', () => {
  expect(coerced(orders, '"line_items":[{"properties":[{"name":"a","value":"x\\u0000y"}]}]')).toEqual({
    fields: '"line_items":[{"properties":[{"name":"a","value":"xy"}]}]',
    changes: ['line_items.properties.value TRUNCATED'],
  });
});
