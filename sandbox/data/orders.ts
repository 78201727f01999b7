import { type JsonObject, objectAt } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, external, money } from './cast.ts';
import { chargeProcessed, chargeStatus, customerSummary, transaction } from './charges.ts';
import { basket } from './lines.ts';
import { NOTES } from './names.ts';
import { subscriptionCustomer } from './subscriptions.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Orders, each from a paid charge. */
export function orders(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => orderCreated(cast, index);
  const updated = (index: number): number => world.updated('orders', index, created);
  const customerId = (index: number): number =>
    world.id('customers', subscriptionCustomer(cast, orderSubscription(cast, index)));
  return {
    ...world.identity('orders'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      processed_at: (index) => orderProcessed(cast, index),
      scheduled_at: (index) => easternMidnight(dayText(created(index))),
      status: (index) => orderStatus(cast, index),
      customer_id: customerId,
      charge_id: (index) => world.id('charges', links.orderCharge(index)),
    },
    readers: {
      customer_id: (row) => objectAt(row, 'customer')['id'] as number,
      charge_id: (row) => objectAt(row, 'charge')['id'] as number,
      external_order_id: (row) => objectAt(row, 'external_order_id')['ecommerce'] as string,
    },
    row: (index) => ({
      ...order(cast, index, created(index)),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

function orderSubscription({ links }: Cast, index: number): number {
  return links.chargeSubscription(links.orderCharge(index));
}

function orderCreated(cast: Cast, index: number): number {
  const { world, links } = cast;
  const paid = chargeProcessed(cast, links.orderCharge(index)) ?? world.created('orders', index);
  return Math.min(paid + world.draw('orders', PURPOSE.created, index, 9), world.now);
}

function orderStatus({ world }: Cast, index: number): string {
  const draw = world.draw('orders', PURPOSE.status, index, 100);
  if (draw < 90) return 'success';
  return draw < 94 ? 'queued' : draw < 97 ? 'cancelled' : 'error';
}

function orderProcessed(cast: Cast, index: number): number | null {
  return orderStatus(cast, index) === 'queued' ? null : orderCreated(cast, index);
}

function order(cast: Cast, index: number, created: number): JsonObject {
  const { world, links } = cast;
  const draws = world.draws('orders', index);
  const charge = links.orderCharge(index);
  const subscription = links.chargeSubscription(charge);
  const home = links.parent('subscriptions', subscription, 'addresses');
  const goods = basket(cast, subscription, world.draws('charges', charge));
  const address = cast.addressSummary(home);
  const number = 1000 + index;
  const processed = orderProcessed(cast, index);
  return {
    id: world.id('orders', index),
    address_id: world.id('addresses', home),
    billing_address: address,
    charge: {
      id: world.id('charges', charge),
      external_transaction_id: { payment_processor: transaction(cast, charge) },
      payment_processor_name: draws.pick(['shopify_payments', 'stripe']),
      status: chargeStatus(cast, charge),
    },
    client_details: { browser_ip: null, user_agent: null },
    created_at: '',
    currency: cast.place(home).currency,
    customer: customerSummary(cast, subscriptionCustomer(cast, subscription)),
    discounts: goods.discounts,
    error: orderStatus(cast, index) === 'error' ? 'Variant is sold out' : null,
    external_cart_token: null,
    external_order_id: external(String(5_710_033_000_000 + index)),
    external_order_name: external(`#${number}`),
    external_order_number: external(String(number)),
    is_prepaid: draws.oneIn(10),
    line_items: goods.lines.map((line) => ({
      ...line,
      external_inventory_policy: 'decrement_obeying_policy',
    })),
    note: draws.oneIn(6) ? draws.pick(NOTES) : null,
    order_attributes: draws.oneIn(6) ? [{ name: 'gift', value: 'yes' }] : [],
    processed_at: processed === null ? null : utcText(processed),
    scheduled_at: utcText(easternMidnight(dayText(created))),
    shipping_address: address,
    shipping_lines: goods.shipping,
    status: orderStatus(cast, index),
    subtotal_price: money(goods.subtotal),
    tags: draws.pick(['Subscription, Subscription Recurring Order', '']),
    tax_lines: goods.taxes,
    taxable: goods.tax > 0,
    total_discounts: money(goods.discount),
    total_duties: draws.oneIn(3) ? undefined : '0.00',
    total_line_items_price: money(goods.subtotal),
    total_price: money(goods.total),
    total_refunds: draws.pick([null, '0.00']),
    total_tax: money(goods.tax),
    total_weight_grams: goods.grams,
    type: draws.oneIn(4) ? 'checkout' : 'recurring',
    updated_at: '',
  };
}
