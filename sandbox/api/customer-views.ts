import type { Cast } from '../data/cast.ts';
import { subscriptionsOf } from '../data/customers.ts';
import { DAY, laterDay, type Plan } from '../data/lifetimes.ts';
import { dayText } from '../data/times.ts';
import { type JsonObject, listAt, numberAt, objectAt, textAt } from '../json.ts';
import type { QueuedCharges } from '../store/queued-charges.ts';
import type { Store } from '../store/store.ts';
import { notFound } from './refusal.ts';

const FORESEEN = 3;

/**
 * The body of `/customers/{id}/delivery_schedule`: the next deliveries, computed, without an envelope
 * (docs/recharge-api.md#envelopes).
 */
export function deliverySchedule(
  store: Store,
  cast: Cast,
  queued: QueuedCharges,
  customerId: number,
): JsonObject {
  const customer = readCustomer(store, customerId);
  const days = new Map<string, JsonObject[]>();
  for (const subscription of activeSubscriptions(store, cast, customerId)) {
    const first = textAt(subscription, 'next_charge_scheduled_at');
    if (first === null) continue;
    const every = numberAt(subscription, 'order_interval_frequency') ?? 30;
    const unit = (textAt(subscription, 'order_interval_unit') ?? 'day') as Plan['unit'];
    for (let ahead = 0; ahead < FORESEEN; ahead += 1) {
      const day = dayText(
        DAY * laterDay(Date.parse(`${first}T00:00:00Z`) / (DAY * 1000), unit, every * ahead),
      );
      const orders = days.get(day) ?? [];
      const charge = ahead === 0 ? queued.of(numberAt(subscription, 'id') ?? 0) : null;
      orders.push(expectedOrder(store, subscription, charge));
      days.set(day, orders);
    }
  }
  const dates = [...days.keys()].toSorted();
  return {
    customer: {
      id: customerId,
      email: textAt(customer, 'email'),
      first_name: textAt(customer, 'first_name'),
      last_name: textAt(customer, 'last_name'),
    },
    deliveries: dates.map((date) => ({ date, orders: days.get(date) ?? [] })),
  };
}

/** The body of `/customers/{id}/credit_summary`. */
export function creditSummary(store: Store, customerId: number): JsonObject {
  readCustomer(store, customerId);
  const table = store.table('credit_accounts');
  let cents = 0;
  for (const slot of table.all()) {
    if (table.fact(slot, 'customer_id') !== customerId) continue;
    cents += Math.round(Number(textAt(table.row(slot), 'available_balance')) * 100);
  }
  const credit_summary = {
    customer_id: customerId,
    currency_code: 'USD',
    max_redemption_limit: null,
    total_available_balance: (cents / 100).toFixed(2),
  };
  return { credit_summary };
}

function readCustomer(store: Store, id: number): JsonObject {
  const table = store.table('customers');
  const slot = table.get(id);
  if (!slot) throw notFound();
  return table.row(slot);
}

function activeSubscriptions(store: Store, cast: Cast, customerId: number): JsonObject[] {
  const table = store.table('subscriptions');
  const customer = cast.world.indexOf('customers', customerId);
  const seeded = customer < 0 ? [] : subscriptionsOf(cast, customer);
  const ids = new Set(seeded.map((index) => table.blueprint.id(index)));
  for (const row of table.written()) ids.add(numberAt(row, 'id') ?? 0);
  const rows = [...ids].flatMap((id) => table.get(id) ?? []).map((slot) => table.row(slot));
  return rows.filter((row) => row['status'] === 'active' && row['customer_id'] === customerId);
}

function expectedOrder(store: Store, subscription: JsonObject, charge: number | null): JsonObject {
  const addresses = store.table('addresses');
  const slot = addresses.get(numberAt(subscription, 'address_id') ?? 0);
  const address = slot ? addresses.row(slot) : {};
  const method = numberAt(address, 'payment_method_id');
  return {
    id: null,
    address_id: numberAt(subscription, 'address_id'),
    charge_id: charge,
    line_items: [expectedLine(subscription)],
    payment_method:
      method === null ? null : { id: method, billing_address: summary(address), payment_details: {} },
    shipping_address: summary(address),
  };
}

function expectedLine(subscription: JsonObject): JsonObject {
  const price = textAt(subscription, 'price') ?? '0.00';
  const quantity = numberAt(subscription, 'quantity') ?? 1;
  return {
    subscription_id: numberAt(subscription, 'id'),
    external_product_id: objectAt(subscription, 'external_product_id'),
    external_variant_id: objectAt(subscription, 'external_variant_id'),
    images: {},
    is_skippable: subscription['is_skippable'],
    plan_type: 'subscription',
    product_title: textAt(subscription, 'product_title'),
    properties: listAt(subscription, 'properties'),
    quantity,
    subtotal_price: (Number(price) * quantity).toFixed(price.includes('.') ? 2 : 0),
    unit_price: price,
    variant_title: textAt(subscription, 'variant_title'),
  };
}

const SUMMARY = [
  'address1',
  'address2',
  'city',
  'company',
  'country_code',
  'first_name',
  'last_name',
  'phone',
  'province',
  'zip',
];

/** An address as other records embed it. */
function summary(address: JsonObject): JsonObject {
  return Object.fromEntries(SUMMARY.map((key) => [key, address[key] ?? null]));
}
