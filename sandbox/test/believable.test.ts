import { describe, expect, it } from 'vitest';
import type { ResourceName } from '../index.ts';
import { type JsonObject, listAt, numberAt, objectAt } from '../json.ts';
import { str } from './client.ts';
import { dayAfter, PAID, readShop, type Shop, subscriptionLines, subscriptionsIn, time } from './shop.ts';

/** What an analyst checks, over stores of several seeds: nothing here knows how the rows are made. */
const shops = await Promise.all([
  readShop(1, 'small'),
  readShop(2, 'small'),
  readShop(77, 'small'),
  readShop(5, 'demo'),
]);

/** What a line shows of its subscription. */
const lineKeys = new Set(
  'external_product_id external_variant_id quantity sku variant_title title unit_price'.split(' '),
);

/** So many things of a kind, or the test has looked at nothing. */
const many = (things: readonly unknown[], atLeast = 5): void =>
  expect(things.length).toBeGreaterThanOrEqual(atLeast);

const lines = (shop: Shop): JsonObject[] =>
  (['charges', 'orders'] as const).flatMap((list) =>
    shop.rows(list).flatMap((row) => listAt(row, 'line_items')),
  );

describe.each(shops)('the shop of seed $seed', (shop) => {
  describe('baskets', () => {
    it('a onetime line carries no id of a subscription', () => {
      const onetime = lines(shop).filter((line) => line['purchase_item_type'] === 'onetime');
      many(onetime, 50);
      const subscriptions = shop.byId('subscriptions');
      expect(onetime.filter((line) => subscriptions.has(line['purchase_item_id']))).toEqual([]);
      const known = shop.byId('onetimes');
      const named = onetime.filter((line) => line['purchase_item_id'] !== null);
      many(named);
      expect(named.filter((line) => !known.has(line['purchase_item_id']))).toEqual([]);
    });

    it('a subscription line shows its own subscription: product, variant, quantity and price', () => {
      const subscriptions = shop.byId('subscriptions');
      // The first order of a prepaid charge has its price, the others none.
      const later = new Set([...shop.ordersOf.values()].flatMap((orders) => orders.slice(1)));
      const sold = [...shop.rows('charges'), ...shop.rows('orders').filter((row) => !later.has(row))];
      const all = sold.flatMap(subscriptionLines);
      many(all, 300);
      for (const line of all) {
        const subscription = subscriptions.get(line['purchase_item_id']) ?? {};
        const { product_title: title, price: unit_price, ...shown } = subscription;
        for (const [key, value] of Object.entries({ ...shown, title, unit_price }))
          if (lineKeys.has(key)) expect([key, line[key]]).toEqual([key, value]);
      }
    });

    it('some baskets hold several subscriptions, none holds one twice, all are of the charge’s address', () => {
      const subscriptions = shop.byId('subscriptions');
      const charges = shop.rows('charges');
      many(
        charges.filter((row) => subscriptionLines(row).length > 1),
        20,
      );
      for (const charge of [...charges, ...shop.rows('orders')]) {
        const ids = subscriptionsIn(charge);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(subscriptions.get(id)?.['address_id']).toBe(charge['address_id']);
      }
    });

    it('a free gift names neither item nor type', () => {
      const gifts = lines(shop).filter((line) => objectAt(line, 'offer_attributes')['type'] === 'free_gift');
      many(gifts);
      for (const gift of gifts) {
        expect([gift['purchase_item_id'], gift['purchase_item_type']]).toEqual([null, null]);
      }
    });
  });

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

  describe('prepaid', () => {
    it('one charge of a prepaid subscription has as many orders as its intervals say, each in its turn', () => {
      const prepaid = shop.rows('subscriptions').filter((row) => row['is_prepaid'] === true);
      many(prepaid, 3);
      for (const subscription of prepaid) {
        const every = numberAt(subscription, 'order_interval_frequency') ?? 0;
        const deliveries = (numberAt(subscription, 'charge_interval_frequency') ?? 0) / every;
        expect(deliveries).toBeGreaterThan(1);
        const paid = (shop.chargesOf.get(subscription['id']) ?? []).filter(({ status }) => PAID.has(status));
        many(paid, 1);
        for (const charge of paid) {
          const orders = shop.ordersOf.get(charge['id']) ?? [];
          expect([orders.length, charge['orders_count']]).toEqual([deliveries, deliveries]);
          const days = orders.map((row) => str(row['scheduled_at']).slice(0, 10));
          const [first = ''] = days;
          const unit = subscription['order_interval_unit'];
          const dayOfMonth = Math.min(Number(first.slice(8)), 28);
          const due = days.map((_, at) => (at === 0 ? first : dayAfter(first, at * every, unit, dayOfMonth)));
          expect(days).toEqual(due);
        }
      }
    });

    it('every other paid charge has one order, an unpaid one none, and they agree', () => {
      const subscriptions = shop.byId('subscriptions');
      for (const charge of shop.rows('charges')) {
        const orders = shop.ordersOf.get(charge['id']) ?? [];
        const prepaid = subscriptionsIn(charge).some((id) => subscriptions.get(id)?.['is_prepaid'] === true);
        expect(orders.length).toBe(charge['orders_count']);
        if (!PAID.has(charge['status'])) expect(orders).toEqual([]);
        else if (!prepaid) expect(orders).toHaveLength(1);
        for (const order of orders) {
          expect(order['is_prepaid']).toBe(prepaid);
          const { status, external_transaction_id } = objectAt(order, 'charge');
          expect([status, external_transaction_id, order['customer'], order['address_id']]).toEqual([
            charge['status'],
            charge['external_transaction_id'],
            charge['customer'],
            charge['address_id'],
          ]);
        }
        if (orders.length > 0) expect(charge['external_order_id']).toEqual(orders[0]?.['external_order_id']);
        if (orders.length === 0) continue;
        const sum = orders.reduce((total, order) => total + Number(order['total_price']), 0);
        expect(sum).toBeCloseTo(Number(charge['total_price']), 5);
      }
      for (const { charge_interval_frequency, order_interval_frequency, is_prepaid } of shop.rows(
        'subscriptions',
      )) {
        expect(charge_interval_frequency !== order_interval_frequency).toBe(is_prepaid);
      }
    });
  });

  describe('currencies', () => {
    const moneyIn = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(moneyIn);
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) =>
        /price|total|tax_due|amount$/.test(key) && typeof inner === 'string' && /^\d/.test(inner)
          ? [inner]
          : moneyIn(inner),
      );
    };

    it('yen have no decimals, all else has two', () => {
      const yen = (['charges', 'orders'] as const)
        .flatMap((list) => shop.rows(list))
        .filter((row) => row['currency'] === 'JPY');
      many(yen, 20);
      expect(yen.flatMap(moneyIn).filter((text) => !/^\d+$/.test(text))).toEqual([]);
      for (const list of ['charges', 'orders', 'subscriptions', 'onetimes', 'memberships'] as const) {
        for (const row of shop.rows(list)) {
          const currency = row['currency'] ?? row['presentment_currency'];
          if (currency === undefined) continue;
          const form = currency === 'JPY' ? /^\d+$/ : /^\d+\.\d+$/;
          expect([list, moneyIn(row).filter((text) => !form.test(text))]).toEqual([list, []]);
        }
      }
    });

    it('a charge, its orders, its subscriptions, its address and what the store takes agree', () => {
      const subscriptions = shop.byId('subscriptions');
      const addresses = shop.byId('addresses');
      const used = new Set<unknown>();
      for (const charge of shop.rows('charges')) {
        used.add(charge['currency']);
        for (const order of shop.ordersOf.get(charge['id']) ?? []) {
          expect(order['currency']).toBe(charge['currency']);
        }
        for (const id of subscriptionsIn(charge)) {
          expect(subscriptions.get(id)?.['presentment_currency']).toBe(charge['currency']);
        }
        const home = addresses.get(charge['address_id'])?.['presentment_currency'] ?? charge['currency'];
        expect(home).toBe(charge['currency']);
      }
      expect(used.size).toBeGreaterThan(3);
    });

    it('sums are the sums of their lines', () => {
      for (const row of [...shop.rows('charges'), ...shop.rows('orders')]) {
        const sum = (key: string): number =>
          listAt(row, 'line_items').reduce((total, line) => total + Number(line[key]), 0);
        const shipping = listAt(row, 'shipping_lines').reduce(
          (total, line) => total + Number(line['price']),
          0,
        );
        expect(sum('total_price')).toBeCloseTo(Number(row['subtotal_price']), 5);
        expect(sum('tax_due')).toBeCloseTo(Number(row['total_tax']), 5);
        const total =
          Number(row['subtotal_price']) +
          Number(row['total_tax']) +
          shipping -
          Number(row['total_discounts']);
        expect(Number(row['total_price'])).toBeCloseTo(total, 5);
        expect(Number(row['total_refunds'] ?? 0)).toBeLessThanOrEqual(Number(row['total_price']));
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
