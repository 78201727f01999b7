import { describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type SandboxOptions } from '../index.ts';
import { listAt, objectAt, type JsonObject } from '../json.ts';
import { ask, FROZEN, shared, str } from './client.ts';

const FIXED: SandboxOptions = { ...FROZEN };

const sandbox = await shared({ ...FIXED, bucketSize: 10_000 });

describe('values', () => {
  it('fields of two types come in both', async () => {
    const kinds = (values: readonly unknown[]): string[] =>
      [
        ...new Set(
          values.map((value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)),
        ),
      ]
        .filter((kind) => kind !== 'undefined' && kind !== 'null')
        .toSorted((a, b) => (a < b ? -1 : 1));
    const rows = (resource: ResourceName): readonly JsonObject[] => sandbox.rows(resource);
    const both = ['number', 'string'];
    expect(
      kinds(
        rows('orders')
          .flatMap((row) => listAt(row, 'discounts'))
          .map((row) => row['value']),
      ),
    ).toEqual(both);
    expect(
      kinds(
        rows('charges')
          .flatMap((row) => listAt(row, 'tax_lines'))
          .map((row) => row['rate']),
      ),
    ).toEqual(both);
    expect(
      kinds(rows('charges').map((row) => objectAt(row, 'external_transaction_id')['payment_processor'])),
    ).toEqual(both);
    for (const key of ['recurring_discount_amount', 'external_plan_id', 'external_plan_group_id']) {
      expect(kinds(rows('plans').map((row) => row[key]))).toEqual(both);
    }
    const steps = rows('plans').flatMap((row) =>
      listAt(objectAt(row, 'subscription_preferences'), 'pricing_progression'),
    );
    expect(kinds(steps.map((row) => row['recurring_discount_after_cycle']))).toEqual(both);
    for (const key of ['price', 'external_product_id', 'external_variant_id', 'charge_interval_frequency']) {
      expect(kinds(rows('memberships').map((row) => row[key]))).toEqual(both);
    }
    expect(kinds(rows('metafields').map((row) => row['owner_id']))).toEqual(both);
    expect(kinds(rows('collection_products').map((row) => row['external_product_id']))).toEqual(both);
    const cards = rows('payment_methods').map((row) => objectAt(row, 'payment_details'));
    for (const key of ['exp_month', 'exp_year']) expect(kinds(cards.map((row) => row[key]))).toEqual(both);
    expect(kinds(rows('discounts').flatMap((row) => objectAt(row, 'applies_to')['ids']))).toEqual(both);
    const changes = rows('events')
      .flatMap((row) => listAt(row, 'updated_attributes'))
      .map((row) => row['value']);
    expect(kinds(changes)).toEqual(['array', 'boolean', 'number', 'object', 'string']);
    const nextDays = rows('onetimes').map((row) => str(row['next_charge_scheduled_at']).length);
    expect(new Set(nextDays)).toEqual(new Set([10, 25, 4]));
    expect(kinds(sandbox.served('/onetimes', '2021-01').map((row) => row['price']))).toEqual(both);
    expect(kinds(sandbox.served('/charges', '2021-01').map((row) => row['tax_lines']))).toEqual([
      'array',
      'number',
    ]);
    const codes = sandbox.served('/orders', '2021-01').map((row) => row['discount_codes']);
    expect([codes.includes(null), kinds(codes)]).toEqual([true, ['array']]);
  });

  it('products hold numbers such as 0E-10, as Python prints decimals', async () => {
    const { text } = await ask(sandbox, '/products?limit=250', '2021-01');
    expect(text).toContain('"discount_amount":0E-10');
    expect(text).toMatch(/"discount_amount":\d+\.0000000000/);
  });

  it('texts hold quotes, line ends, U+2028 and emoji', () => {
    const notes = sandbox
      .rows('orders')
      .map((row) => str(row['note']))
      .join(' ');
    for (const awkward of ['\u2028', '\u2029', '\u0085', '\n', '\r', '\t', '"', '\\', '🎁'])
      expect(notes).toContain(awkward);
    const names = sandbox
      .rows('customers')
      .map((row) => `${str(row['first_name'])} ${str(row['last_name'])}`)
      .join(' ');
    expect(names).toMatch(/\p{Script=Cyrillic}|\p{Script=Han}/u);
    expect(
      sandbox.rows('customers').every((row) => /^[a-z.0-9]+@example\.(com|org|net)$/.test(str(row['email']))),
    ).toBe(true);
  });

  it('customers have times without offset when naiveCustomers is set', async () => {
    const naive = await startSandbox({ ...FIXED, naiveCustomers: true });
    const without = naive.rows('customers').filter((row) => !str(row['updated_at']).endsWith('+00:00'));
    expect(without).toHaveLength(6);
    expect(naive.served('/customers?sort_by=updated_at-asc')).toHaveLength(120);
    await naive.close();
  });

  it('rows have an unknown key when unknownKeys is set', async () => {
    const odd = await startSandbox({ unknownKeys: true });
    expect(odd.served('/orders').every((row) => 'x_unheard_of' in row)).toBe(true);
    expect(odd.served('/orders', '2021-01').every((row) => 'x_unheard_of' in row)).toBe(true);
    await odd.close();
  });
});
