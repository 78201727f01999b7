import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../api/endpoints.ts';
import { PLAIN_LISTS } from '../data/plain-lists.ts';
import { fromEastern } from '../data/times.ts';
import { type ResourceName } from '../index.ts';
import { ask, shared, sorted, str } from './client.ts';
import { type JsonObject, objectAt } from '../json.ts';

const SHAPES = new Set(
  readdirSync(new URL('../schemas/', import.meta.url)).map((file) => file.replace('.json', '')),
);
/** A plain list may have no documented shape. Metafields are asked for by owner. */
const LISTS_2021_11 = ENDPOINTS.filter(
  ({ path, versions, nestedOnly }) =>
    (SHAPES.has(path) || !(path in PLAIN_LISTS)) &&
    versions.includes('2021-11') &&
    !nestedOnly &&
    path !== 'metafields',
).map(({ path }) => path);
const LISTS_2021_01 = [
  'addresses',
  'charges',
  'customers',
  'subscriptions',
  'onetimes',
  'orders',
  'discounts',
  'products',
] as const;
const OWNERS = ['address', 'store', 'customer', 'subscription', 'order', 'charge'] as const;

const sandbox = await shared({ platform: 'custom', chargeWindowDays: null });

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, addUsedSchema: false });

function expectShape(schemaName: string, rows: readonly JsonObject[]): void {
  const file = new URL(`../schemas/${schemaName}.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { properties: Record<string, unknown> };
  const validate = ajv.compile(schema);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(validate(row) ? [] : [validate.errors, row]).toEqual([]);
    expect(Object.keys(row).filter((key) => !(key in schema.properties))).toEqual([]);
  }
}

// docs/recharge-api.md#version-2021-01
describe('every served row has the documented shape', () => {
  it.each(LISTS_2021_11)('%s in 2021-11', (list) => {
    expectShape(list, sandbox.served(`/${list}?include_cancelled=true&include_deleted=true`));
  });

  it.each(LISTS_2021_01)('%s in 2021-01', (list) => {
    expectShape(`${list}_2021_01`, sandbox.served(`/${list}`, '2021-01'));
  });

  it.each(OWNERS)('metafields of %s', (owner) => {
    expectShape('metafields', sandbox.served(`/metafields?owner_resource=${owner}`));
  });

  it.each(['/store', '/token_information'])('%s', (path) => {
    expectShape(path.slice(1), sandbox.served(path));
  });

  it('/shop, tasks of a batch, delivery schedule, credit summary', () => {
    const batch = str(sandbox.rows('async_batches')[0]?.['id']);
    const customer = str(
      sandbox.rows('subscriptions').find((row) => row['status'] === 'active')?.['customer_id'],
    );
    expectShape('async_batch_tasks', sandbox.served(`/async_batches/${batch}/tasks`));
    expectShape('credit_summary', sandbox.served(`/customers/${customer}/credit_summary`));
    expectShape('delivery_schedule', sandbox.served(`/customers/${customer}/delivery_schedule`));
    expectShape('shop_2021_01', sandbox.served('/shop', '2021-01'));
  });
});

// docs/recharge-api.md#times, docs/recharge-api.md#keys-sent-at-times
describe('times and optional keys', () => {
  const rows = (resource: ResourceName): readonly JsonObject[] => sandbox.rows(resource);
  const shapes = (values: readonly unknown[]): string[] => [
    ...new Set(
      values
        .filter((value) => value !== null)
        .map((value) =>
          str(value)
            .replaceAll(/\d/g, '0')
            .replace(/-(?=00:00$)/, '+'),
        ),
    ),
  ];
  const OFFSET = '0000-00-00T00:00:00+00:00';
  const NAIVE = '0000-00-00T00:00:00';
  const DAY = '0000-00-00';

  it.each([
    'customers',
    'addresses',
    'subscriptions',
    'charges',
    'orders',
    'discounts',
    'onetimes',
    'plans',
  ] as const)(
    '%s have UTC times with offset in 2021-11, Eastern times without in 2021-01',
    async (resource) => {
      for (const key of ['created_at', 'updated_at']) {
        expect(shapes(rows(resource).map((row) => row[key]))).toEqual([OFFSET]);
        if (resource === 'plans') continue;
        const old = new Map(sandbox.served(`/${resource}`, '2021-01').map((row) => [row['id'], row]));
        expect(shapes([...old.values()].map((row) => row[key]))).toEqual([NAIVE]);
        for (const row of rows(resource)) {
          const then = old.get(row['id']);
          if (then)
            expect(
              fromEastern(Date.parse(`${str(then[key])}Z`) / 1000) * 1000 - Date.parse(str(row[key])),
            ).toBeOneOf([0, 3_600_000]);
        }
      }
    },
  );

  it('metafields, events and 2021-01 products have times without offset, payment methods both', () => {
    for (const resource of ['metafields', 'events', 'products'] as const) {
      expect(shapes(rows(resource).map((row) => row['created_at']))).toEqual([NAIVE]);
    }
    expect(sorted(shapes(rows('payment_methods').map((row) => row['updated_at'])))).toEqual([NAIVE, OFFSET]);
  });

  it('charges and subscriptions are scheduled for a date, orders for midnight Eastern', () => {
    expect(shapes(rows('charges').map((row) => row['scheduled_at']))).toEqual([DAY]);
    expect(shapes(rows('subscriptions').map((row) => row['next_charge_scheduled_at']))).toEqual([DAY]);
    expect(rows('orders').every((row) => /T0[45]:00:00\+00:00$/.test(str(row['scheduled_at'])))).toBe(true);
    const old = sandbox.served('/charges', '2021-01');
    expect(old.every((row) => str(row['scheduled_at']).endsWith('T00:00:00'))).toBe(true);
  });

  it('/shop has RFC 1123 times', () => {
    const [body] = sandbox.served('/shop', '2021-01');
    const shop = objectAt(body ?? {}, 'shop');
    expect(new Date(str(shop['updated_at'])).toUTCString()).toBe(shop['updated_at']);
  });

  it('the keys of a payment attempt are absent where none was made', () => {
    for (const row of rows('charges')) {
      const keys = ['charge_attempts', 'last_charge_attempt', 'external_variant_not_found'].filter(
        (key) => key in row,
      );
      expect(keys).toHaveLength(row['status'] === 'error' ? 3 : 0);
      expect('include' in row).toBe(false);
    }
    expect(rows('payment_methods').every((row) => str(row['include']) === '{}')).toBe(true);
  });

  it('the delivery schedule has no envelope, /shop has two objects', async () => {
    const customer = str(rows('subscriptions').find((row) => row['status'] === 'active')?.['customer_id']);
    expect(Object.keys((await ask(sandbox, `/customers/${customer}/delivery_schedule`)).body)).toEqual([
      'customer',
      'deliveries',
    ]);
    expect((await ask(sandbox, '/customers/1/delivery_schedule')).status).toBe(404);
    expect(Object.keys((await ask(sandbox, '/shop', '2021-01')).body)).toEqual(['shop', 'store']);
  });

  it('2021-01 has enums in capitals, numbers for money, country names and flat ids', () => {
    const order = sandbox.served('/orders', '2021-01')[0] ?? {};
    const now = rows('orders').find((row) => row['id'] === order['id']) ?? {};
    expect(order['status']).toBe(str(now['status']).toUpperCase());
    expect(order['total_price']).toBe(Number(now['total_price']));
    expect(order['shopify_order_id']).toBe(objectAt(now, 'external_order_id')['ecommerce']);
    expect(objectAt(order, 'billing_address')['country']).toMatch(/^[A-Z][a-z]+/);
    const subscription = sandbox.served('/subscriptions', '2021-01')[0] ?? {};
    expect([typeof subscription['price'], typeof subscription['charge_interval_frequency']]).toEqual([
      'number',
      'string',
    ]);
    expect(subscription['email']).toBe(
      rows('customers').find((row) => row['id'] === subscription['customer_id'])?.['email'],
    );
  });
});
