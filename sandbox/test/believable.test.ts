import { describe, expect, it } from 'vitest';
import type { ResourceName } from '../index.ts';
import { type JsonObject, listAt, numberAt, objectAt } from '../json.ts';
import { many, shops } from './believable.fixture.ts';
import { str } from './client.ts';
import { dayAfter, time } from './shop.ts';

/** Who and when: customers, subscriptions, and when they are charged. */
describe.each(shops)('the shop of seed $seed', (shop) => {
  describe('lifetimes', () => {
    it('nothing is charged or ordered for a subscription after its cancellation, or before it was made', () => {
      const ended = shop.rows('subscriptions').filter((row) => row['status'] !== 'active');
      many(ended, 50);
      for (const subscription of shop.rows('subscriptions')) {
        const made = time(subscription, 'created_at');
        const end =
          typeof subscription['cancelled_at'] === 'string' ? time(subscription, 'cancelled_at') : Infinity;
        for (const charge of shop.chargesOf.get(subscription['id']) ?? []) {
          expect(time(charge, 'scheduled_at')).toBeLessThanOrEqual(end);
          if (typeof charge['processed_at'] === 'string') {
            expect(time(charge, 'processed_at')).toBeLessThanOrEqual(end);
            expect(time(charge, 'processed_at')).toBeGreaterThanOrEqual(made);
          }
          for (const order of shop.ordersOf.get(charge['id']) ?? []) {
            expect(time(order, 'scheduled_at')).toBeLessThanOrEqual(end);
          }
        }
      }
    });

    it('cancelled_at stands on cancelled subscriptions alone, after created_at and near updated_at', () => {
      for (const row of shop.rows('subscriptions')) {
        expect(row['cancelled_at'] !== null).toBe(row['status'] === 'cancelled');
        if (row['status'] !== 'cancelled') continue;
        expect(time(row, 'cancelled_at')).toBeGreaterThan(time(row, 'created_at'));
        expect(time(row, 'cancelled_at')).toBeLessThanOrEqual(shop.now);
        expect(time(row, 'updated_at') - time(row, 'cancelled_at')).toBeGreaterThanOrEqual(-1000);
      }
    });

    it('an expired subscription had as many charges as it was to have, an active one has some left', () => {
      const limited = shop
        .rows('subscriptions')
        .filter((row) => row['expire_after_specific_number_of_charges'] !== null);
      many(limited, 10);
      for (const row of shop.rows('subscriptions')) {
        const most = numberAt(row, 'expire_after_specific_number_of_charges');
        const had = (shop.chargesOf.get(row['id']) ?? []).filter(({ status }) => status !== 'queued').length;
        if (row['status'] === 'expired') expect(had).toBe(most);
        else expect(had).toBeLessThan(most ?? Infinity);
      }
    });

    it('every row belongs to one that is there, and is not older', () => {
      const owners = {
        customer: 'customers',
        subscription: 'subscriptions',
        order: 'orders',
        charge: 'charges',
        address: 'addresses',
      } as const;
      const customer = (row: JsonObject) => objectAt(row, 'customer')['id'];
      const links: readonly (readonly [
        ResourceName,
        string | ((row: JsonObject) => unknown),
        ResourceName,
      ])[] = [
        ['addresses', 'customer_id', 'customers'],
        ['subscriptions', 'customer_id', 'customers'],
        ['subscriptions', 'address_id', 'addresses'],
        ['charges', customer, 'customers'],
        ['charges', 'address_id', 'addresses'],
        ['orders', (row) => objectAt(row, 'charge')['id'], 'charges'],
        ['orders', customer, 'customers'],
        ['orders', 'address_id', 'addresses'],
        ['onetimes', 'address_id', 'addresses'],
        ['payment_methods', 'customer_id', 'customers'],
        ['credit_accounts', 'customer_id', 'customers'],
        ['credit_adjustments', 'credit_account_id', 'credit_accounts'],
        ['async_batch_tasks', 'batch_id', 'async_batches'],
        ['collection_products', 'collection_id', 'collections'],
        ['bundle_selections', 'purchase_item_id', 'subscriptions'],
        ['memberships', 'purchase_item_id', 'subscriptions'],
        ['memberships', 'membership_program_id', 'membership_programs'],
        ['entitlements', 'customer_id', 'customers'],
        ['gift_purchases', 'sender_customer_id', 'customers'],
      ];
      /** Lists that do not take after the age of their owners. */
      const ageless: readonly string[] = ['async_batches', 'membership_programs'];
      for (const [child, key, parent] of links) {
        const parents = shop.byId(parent);
        const [strays, early] = [new Set<unknown>(), new Set<unknown>()];
        for (const row of shop.rows(child)) {
          const owner = parents.get(typeof key === 'string' ? row[key] : key(row));
          if (owner === undefined) strays.add(row['id']);
          else if (time(row, 'created_at') < time(owner, 'created_at')) early.add(row['id']);
        }
        if (ageless.includes(parent)) early.clear();
        expect([child, parent, [...strays], [...early]]).toEqual([child, parent, [], []]);
      }
      for (const row of shop.rows('metafields')) {
        const owner = (owners as Record<string, ResourceName>)[str(row['owner_resource'])];
        if (owner === undefined) continue;
        const own = shop.byId(owner).get(Number(row['owner_id'])) ?? {};
        // A metafield's times are New York's wall clock.
        const made = Date.parse(`${str(row['created_at'])}Z`) + 5 * 3_600_000;
        expect(made).toBeGreaterThanOrEqual(time(own, 'created_at'));
      }
      for (const charge of shop.rows('charges')) {
        for (const discount of listAt(charge, 'discounts')) {
          const known = shop.byId('discounts').get(discount['id']) ?? {};
          expect(time(known, 'created_at')).toBeLessThanOrEqual(time(charge, 'created_at'));
          expect(known['code']).toBe(discount['code']);
          expect([known['value_type'], Number(known['value'])]).toEqual([
            discount['value_type'],
            Number(discount['value']),
          ]);
        }
      }
    });
  });

  describe('intervals', () => {
    it('the charges of a subscription come in its interval, day for day, the queued one too', () => {
      let repeats = 0;
      for (const subscription of shop.rows('subscriptions')) {
        const every = numberAt(subscription, 'charge_interval_frequency') ?? 0;
        const unit = subscription['order_interval_unit'];
        const days = (shop.chargesOf.get(subscription['id']) ?? []).map((row) => str(row['scheduled_at']));
        for (const [at, day] of days.entries()) {
          if (at === 0) continue;
          repeats += 1;
          const due = dayAfter(
            days[at - 1] ?? '',
            every,
            unit,
            numberAt(subscription, 'order_day_of_month') ?? 1,
          );
          expect([subscription['id'], day]).toEqual([subscription['id'], due]);
        }
      }
      expect(repeats).toBeGreaterThan(100);
    });

    it('the first charge comes with the subscription, and each runs on its day', () => {
      for (const subscription of shop.rows('subscriptions')) {
        const [first] = shop.chargesOf.get(subscription['id']) ?? [];
        expect(first?.['scheduled_at']).toBe(str(subscription['created_at']).slice(0, 10));
      }
      for (const charge of shop.rows('charges')) {
        if (charge['processed_at'] === null) continue;
        expect(str(charge['processed_at']).slice(0, 10)).toBe(charge['scheduled_at']);
      }
    });

    it('an active subscription has one queued charge on its next day, others have none', () => {
      const active = shop.rows('subscriptions').filter((row) => row['status'] === 'active');
      many(active, 30);
      for (const subscription of shop.rows('subscriptions')) {
        const queued = (shop.chargesOf.get(subscription['id']) ?? []).filter(
          ({ status }) => status === 'queued',
        );
        const next = subscription['next_charge_scheduled_at'];
        expect(queued.map((row) => row['scheduled_at'])).toEqual(next === null ? [] : [next]);
        expect(next !== null).toBe(subscription['status'] === 'active');
        expect(subscription['has_queued_charges']).toBe(queued.length > 0);
      }
    });

    it('what is queued lies in the future, nothing else does', () => {
      for (const list of ['charges', 'orders'] as const) {
        const rows = shop.rows(list);
        many(
          rows.filter((row) => row['status'] === 'queued'),
          2,
        );
        for (const row of rows) {
          expect([row['id'], time(row, 'scheduled_at') > shop.now]).toEqual([
            row['id'],
            row['status'] === 'queued',
          ]);
          if (row['status'] === 'queued') expect(row['processed_at']).toBeNull();
        }
      }
    });
  });

  describe('customers', () => {
    it('first_charge_processed_at is the first paid charge’s, after created_at, and null without one', () => {
      const firsts = new Map<unknown, number>();
      for (const charge of shop.rows('charges')) {
        if (charge['processed_at'] === null) continue;
        const customer = objectAt(charge, 'customer')['id'];
        firsts.set(customer, Math.min(firsts.get(customer) ?? Infinity, time(charge, 'processed_at')));
      }
      many([...firsts], 50);
      for (const customer of shop.rows('customers')) {
        const first = firsts.get(customer['id']);
        if (first === undefined) expect(customer['first_charge_processed_at']).toBeNull();
        else {
          expect(time(customer, 'first_charge_processed_at')).toBe(first);
          expect(first).toBeGreaterThan(time(customer, 'created_at'));
        }
      }
    });

    it('their counters are the sums of their subscriptions', () => {
      const all = Map.groupBy(shop.rows('subscriptions'), (row) => row['customer_id']);
      for (const customer of shop.rows('customers')) {
        const own = all.get(customer['id']) ?? [];
        const active = own.filter((row) => row['status'] === 'active').length;
        const { subscriptions_total_count: total, subscriptions_active_count: going } = customer;
        expect([total, going]).toEqual([own.length, active]);
      }
    });

    it('an event tells of the customer whom its record belongs to', () => {
      let told = 0;
      const lists = {
        customer: 'customers',
        subscription: 'subscriptions',
        charge: 'charges',
        address: 'addresses',
      } as const;
      for (const event of shop.rows('events')) {
        const list = lists[event['object_type'] as keyof typeof lists];
        const row = list && shop.byId(list).get(event['object_id']);
        if (!row || event['customer_id'] === null) continue;
        told += 1;
        const owner =
          list === 'customers' ? row['id'] : (row['customer_id'] ?? objectAt(row, 'customer')['id']);
        expect(event['customer_id']).toBe(owner);
        if (event['verb'] === 'cancelled') expect(row['status']).toBe('cancelled');
      }
      expect(told).toBeGreaterThan(20);
    });

    it('what an event calls deleted is not there', () => {
      const lists = { charge: 'charges', customer: 'customers', onetime: 'onetimes' } as const;
      for (const [type, list] of Object.entries(lists)) {
        const deleted = shop
          .rows('events')
          .filter((row) => row['verb'] === 'deleted' && row['object_type'] === type);
        many(deleted, 6);
        expect(deleted.filter((row) => shop.byId(list).has(row['object_id']))).toEqual([]);
      }
    });
  });
});
