import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type Sandbox, type SandboxOptions } from '../index.ts';
import { listAt, objectAt, type JsonObject } from '../json.ts';
import { RESOURCES } from '../resources.ts';
import { ask, str } from './client.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const FIXED: SandboxOptions = { now: NOW, frozen: true };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ...FIXED, bucketSize: 10_000 });
});
afterAll(async () => {
  await sandbox.close();
});

const idsIn = (resource: ResourceName): Set<unknown> =>
  new Set(sandbox.rows(resource).map((row) => row['id']));
const time = (row: JsonObject, key: string): number => Date.parse(str(row[key]));

describe('the same store again', () => {
  it('same seed and clock: byte for byte', async () => {
    const paths = [
      '/orders?limit=250',
      '/charges?limit=250',
      '/events',
      '/metafields?owner_resource=charge',
      '/store',
    ];
    const twin = await startSandbox(FIXED);
    for (const path of paths) expect((await ask(twin, path)).text).toBe((await ask(sandbox, path)).text);
    for (const resource of RESOURCES) expect(twin.rows(resource)).toEqual(sandbox.rows(resource));
    await twin.close();
  });

  it('another seed: other rows', async () => {
    const other = await startSandbox({ ...FIXED, seed: 2 });
    for (const resource of RESOURCES) expect(other.rows(resource)).not.toEqual(sandbox.rows(resource));
    await other.close();
  });
});

describe('sizes', () => {
  it('are as asked, and parents follow their children', async () => {
    const big = await startSandbox({ size: { orders: 3_000, discounts: 7 } });
    const counts = (resource: ResourceName): number => big.rows(resource).length;
    expect([counts('orders'), counts('discounts'), counts('charges')]).toEqual([3_000, 7, 3_900]);
    expect(counts('customers')).toBeGreaterThan(500);
    await big.close();
  });

  it('a store may lack anything', async () => {
    const nothing = Object.fromEntries(RESOURCES.map((name) => [name, 0]));
    const empty = await startSandbox({ size: nothing });
    for (const resource of RESOURCES) expect(empty.rows(resource)).toEqual([]);
    expect(
      (await ask(empty, '/charges?sort_by=updated_at-asc&updated_at_min=2020-01-01')).body['charges'],
    ).toEqual([]);
    expect(empty.create('orders')['id']).toBeGreaterThan(0);
    expect(empty.served('/orders')).toHaveLength(1);
    await empty.close();
    const orphans = await startSandbox({
      size: { ...nothing, orders: 30, metafields: 30, memberships: 9, addresses: 4 },
    });
    expect(orphans.served('/orders')).toHaveLength(30);
    await orphans.close();
  });

  it('what cannot be is refused', async () => {
    await expect(startSandbox({ size: { orders: -1 } })).rejects.toThrow(RangeError);
    await expect(startSandbox({ size: { orders: 1.5 } })).rejects.toThrow(RangeError);
    await expect(startSandbox({ size: { cats: 1 } as object })).rejects.toThrow('No such resource: cats');
  });
});

describe('relations', () => {
  it('every id that names a row of another list names one that is there', () => {
    const links: [ResourceName, (row: JsonObject) => unknown, ResourceName][] = [
      ['addresses', (row) => row['customer_id'], 'customers'],
      ['subscriptions', (row) => row['customer_id'], 'customers'],
      ['subscriptions', (row) => row['address_id'], 'addresses'],
      ['onetimes', (row) => row['address_id'], 'addresses'],
      ['charges', (row) => objectAt(row, 'customer')['id'], 'customers'],
      ['charges', (row) => row['address_id'], 'addresses'],
      ['charges', (row) => listAt(row, 'line_items')[0]?.['purchase_item_id'], 'subscriptions'],
      ['orders', (row) => objectAt(row, 'charge')['id'], 'charges'],
      ['orders', (row) => objectAt(row, 'customer')['id'], 'customers'],
      ['payment_methods', (row) => row['customer_id'], 'customers'],
      ['credit_accounts', (row) => row['customer_id'], 'customers'],
      ['credit_adjustments', (row) => row['credit_account_id'], 'credit_accounts'],
      ['bundle_selections', (row) => row['purchase_item_id'], 'subscriptions'],
      ['async_batch_tasks', (row) => row['batch_id'], 'async_batches'],
      ['collection_products', (row) => row['collection_id'], 'collections'],
      ['memberships', (row) => row['membership_program_id'], 'membership_programs'],
    ];
    for (const [child, link, parent] of links) {
      const known = idsIn(parent);
      const strays = sandbox.rows(child).filter((row) => !known.has(link(row)));
      expect([child, parent, strays.length]).toEqual([child, parent, 0]);
    }
  });

  it('metafields belong to rows of the resource they name', () => {
    const owners = {
      customer: 'customers',
      subscription: 'subscriptions',
      order: 'orders',
      charge: 'charges',
      address: 'addresses',
    } as const;
    for (const [owner, resource] of Object.entries(owners)) {
      const known = new Set([...idsIn(resource)].map(String));
      const rows = sandbox.rows('metafields').filter((row) => row['owner_resource'] === owner);
      expect(rows.length).toBeGreaterThan(10);
      expect(rows.every((row) => known.has(str(row['owner_id'])))).toBe(true);
    }
  });

  it('charge and order agree on customer, address, status and order number', () => {
    const charges = new Map(sandbox.rows('charges').map((row) => [row['id'], row]));
    for (const order of sandbox.rows('orders')) {
      const charge = charges.get(objectAt(order, 'charge')['id']) as JsonObject;
      expect(charge['status']).toBe(objectAt(order, 'charge')['status']);
      expect(charge['customer']).toEqual(order['customer']);
      expect(charge['address_id']).toBe(order['address_id']);
      expect(charge['external_order_id']).toEqual(order['external_order_id']);
      expect(charge['external_transaction_id']).toEqual(objectAt(order, 'charge')['external_transaction_id']);
    }
  });

  it('counters of customers are the sums of their subscriptions', () => {
    const all = sandbox.rows('subscriptions');
    for (const customer of sandbox.rows('customers')) {
      const own = all.filter((row) => row['customer_id'] === customer['id']);
      const active = own.filter((row) => row['status'] === 'active').length;
      expect([customer['subscriptions_total_count'], customer['subscriptions_active_count']]).toEqual([
        own.length,
        active,
      ]);
    }
  });

  it('an active subscription’s next charge is its queued charge', () => {
    const queued = sandbox.rows('charges').filter((row) => row['status'] === 'queued');
    const byItem = new Map(queued.map((row) => [listAt(row, 'line_items')[0]?.['purchase_item_id'], row]));
    expect(byItem.size).toBe(queued.length);
    for (const subscription of sandbox.rows('subscriptions')) {
      const charge = byItem.get(subscription['id']);
      expect(subscription['has_queued_charges']).toBe(charge !== undefined);
      if (charge) expect(charge['scheduled_at']).toBe(subscription['next_charge_scheduled_at']);
    }
  });

  it('what an event calls deleted is not there', () => {
    const deleted = sandbox.rows('events').filter((row) => row['verb'] === 'deleted');
    expect(deleted.length).toBeGreaterThan(20);
    const lists = { charge: 'charges', customer: 'customers', onetime: 'onetimes' } as const;
    for (const [type, resource] of Object.entries(lists)) {
      const known = idsIn(resource);
      const rows = deleted.filter((row) => row['object_type'] === type);
      expect(rows.length).toBeGreaterThan(5);
      expect(rows.some((row) => known.has(row['object_id']))).toBe(false);
    }
  });
});

describe('times', () => {
  it('updated_at is not before created_at (payment methods by seconds now and then), and none is to come', () => {
    for (const resource of RESOURCES) {
      if (resource === 'events' || resource === 'metafields' || resource === 'products') continue;
      for (const row of sandbox.rows(resource)) {
        if (typeof row['updated_at'] !== 'string') continue;
        const early = time(row, 'created_at') - time(row, 'updated_at');
        expect(early).toBeLessThanOrEqual(resource === 'payment_methods' ? 7_000 : 0);
        expect(time(row, 'updated_at')).toBeLessThanOrEqual(
          NOW.getTime() + 86_400_000 * Number(/^[^+Z]*$/.test(str(row['updated_at']))),
        );
      }
    }
    const early = sandbox
      .rows('payment_methods')
      .filter((row) => time(row, 'updated_at') < time(row, 'created_at'));
    expect(early.length).toBeGreaterThan(3);
  });

  it('orders and charges: three years, months of nothing, a sale day with a tenth of all', async () => {
    const big = await startSandbox({ ...FIXED, size: { orders: 5_000 } });
    for (const [resource, key] of [
      ['orders', 'updated_at'],
      ['charges', 'updated_at'],
    ] as const) {
      const days = new Map<string, number>();
      for (const row of big.rows(resource)) {
        const day = str(row[key]).slice(0, 10);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
      const total = big.rows(resource).length;
      const [[saleDay, most] = ['', 0]] = [...days].toSorted(([, a], [, b]) => b - a);
      expect(most / total).toBeGreaterThan(0.1);
      expect(saleDay).toBe('2026-01-24');
      const year = (text: string): number =>
        [...days].filter(([day]) => day.startsWith(text)).reduce((sum, [, rows]) => sum + rows, 0);
      expect(year('2023')).toBeGreaterThan(0);
      expect(year('2023') / total).toBeLessThan(0.1);
      const dates = [...days.keys()].toSorted((a, b) => (a < b ? -1 : 1)).map((day) => Date.parse(day));
      const gaps = dates.slice(1).map((date, at) => (date - (dates[at] as number)) / 86_400_000);
      expect(Math.max(...gaps)).toBeGreaterThan(60);
    }
    await big.close();
  });

  it('some seconds hold many rows: discounts more than a page', () => {
    const largest = (resource: ResourceName): number => {
      const seconds = new Map<unknown, number>();
      for (const row of sandbox.rows(resource))
        seconds.set(row['updated_at'], (seconds.get(row['updated_at']) ?? 0) + 1);
      return Math.max(...seconds.values());
    };
    expect(largest('discounts')).toBeGreaterThan(250);
    for (const resource of ['orders', 'charges', 'customers', 'subscriptions', 'products'] as const) {
      expect(largest(resource)).toBeGreaterThan(2);
    }
  });
});

describe('values', () => {
  it('§F.2 what comes in two types comes in both', async () => {
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

  it('products carry numbers as Python’s decimals print them', async () => {
    const { text } = await ask(sandbox, '/products?limit=250', '2021-01');
    expect(text).toContain('"discount_amount":0E-10');
    expect(text).toMatch(/"discount_amount":\d+\.0000000000/);
  });

  it('texts hold what breaks careless readers', () => {
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

  it('naive customers by the switch', async () => {
    const naive = await startSandbox({ ...FIXED, naiveCustomers: true });
    const without = naive.rows('customers').filter((row) => !str(row['updated_at']).endsWith('+00:00'));
    expect(without).toHaveLength(6);
    expect(naive.served('/customers?sort_by=updated_at-asc')).toHaveLength(120);
    await naive.close();
  });

  it('§10.30 unknown keys by the switch', async () => {
    const odd = await startSandbox({ unknownKeys: true });
    expect(odd.served('/orders').every((row) => 'x_unheard_of' in row)).toBe(true);
    expect(odd.served('/orders', '2021-01').every((row) => 'x_unheard_of' in row)).toBe(true);
    await odd.close();
  });
});
