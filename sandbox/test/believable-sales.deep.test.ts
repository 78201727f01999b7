import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt, numberAt, objectAt } from '../json.ts';
import { many, shops } from './believable.fixture.ts';
import { str } from './client.ts';
import { dayAfter, PAID, type Shop, subscriptionLines, subscriptionsIn } from './shop.ts';

/** What a line shows of its subscription. */
const lineKeys = new Set(
  'external_product_id external_variant_id quantity sku variant_title title unit_price'.split(' '),
);

const lines = (shop: Shop): JsonObject[] =>
  (['charges', 'orders'] as const).flatMap((list) =>
    shop.rows(list).flatMap((row) => listAt(row, 'line_items')),
  );

/** What is sold: lines, deliveries and sums. */
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
});
