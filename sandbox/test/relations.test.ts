import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type Sandbox, type SandboxOptions } from '../index.ts';
import { listAt, objectAt, type JsonObject } from '../json.ts';
import { str } from './client.ts';

const FIXED: SandboxOptions = { now: new Date('2026-03-10T12:00:00Z'), frozen: true };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ ...FIXED, bucketSize: 10_000 });
});
afterAll(async () => {
  await sandbox.close();
});

const idsIn = (resource: ResourceName): Set<unknown> =>
  new Set(sandbox.rows(resource).map((row) => row['id']));

describe('relations', () => {
  it('every reference to another list names an existing row', () => {
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

  it('a charge and its order agree on customer, address, status and order number', () => {
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

  it('the next charge of an active subscription is its queued charge', () => {
    const queued = sandbox.rows('charges').filter((row) => row['status'] === 'queued');
    const byItem = new Map(queued.map((row) => [listAt(row, 'line_items')[0]?.['purchase_item_id'], row]));
    expect(byItem.size).toBe(queued.length);
    for (const subscription of sandbox.rows('subscriptions')) {
      const charge = byItem.get(subscription['id']);
      expect(subscription['has_queued_charges']).toBe(charge !== undefined);
      if (charge) expect(charge['scheduled_at']).toBe(subscription['next_charge_scheduled_at']);
    }
  });

  it('a row that an event calls deleted does not exist', () => {
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
