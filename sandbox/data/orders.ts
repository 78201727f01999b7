import { type JsonObject, objectAt } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external } from './cast.ts';
import { chargeProcessed, customerSummary, platformOrder, transaction } from './charges.ts';
import { DAY } from './lifetimes.ts';
import { basket, deliveredBasket } from './lines.ts';
import { money } from './money.ts';
import { NOTES } from './names.ts';
import type { Draws } from './random.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Orders, each from a paid charge; a prepaid charge has several, and those of days to come are queued. */
export function orders(cast: Cast): Blueprint {
  const { world, links } = cast;
  const address = (index: number): number => cast.history.chargeAddress(cast.history.orderCharge(index));
  return blueprint(world, 'orders', {
    created: (index) => orderCreated(cast, index),
    updated: (index) => world.updated('orders', index, (at) => orderSettled(cast, at)),
    facts: {
      processed_at: (index) => orderProcessed(cast, index),
      scheduled_at: (index) => scheduled(cast, index),
      status: (index) => orderStatus(cast, index),
      customer_id: (index) => world.id('customers', links.parent('addresses', address(index), 'customers')),
      charge_id: (index) => world.id('charges', cast.history.orderCharge(index)),
    },
    readers: {
      customer_id: (row) => objectAt(row, 'customer')['id'] as number,
      charge_id: (row) => objectAt(row, 'charge')['id'] as number,
      external_order_id: (row) => objectAt(row, 'external_order_id')['ecommerce'] as string,
    },
    row: (birth, draws) => order(cast, birth, draws, address(birth.index)),
  });
}

/** All orders of a charge are made when it is paid. */
function orderCreated(cast: Cast, index: number): number {
  const { world, history } = cast;
  const paid = chargeProcessed(cast, history.orderCharge(index)) ?? world.created('orders', index);
  return Math.min(paid + world.draw('orders', PURPOSE.created, index, 9), world.now);
}

function isAhead({ world, history }: Cast, index: number): boolean {
  return history.orderTurn(index) > 0 && history.orderDay(index) > Math.floor(world.now / DAY);
}

function orderStatus(cast: Cast, index: number): string {
  if (isAhead(cast, index)) return 'queued';
  const draw = cast.world.draw('orders', PURPOSE.status, index, 100);
  return draw < 94 ? 'success' : draw < 97 ? 'cancelled' : 'error';
}

/** The first order of a charge goes out at once, a later one in the morning of its day. */
function orderSettled(cast: Cast, index: number): number {
  const { world, history } = cast;
  if (history.orderTurn(index) === 0 || isAhead(cast, index)) return orderCreated(cast, index);
  const morning = 6 * 3600 + world.draw('orders', PURPOSE.hour, index, 2 * 3600);
  return Math.min(history.orderDay(index) * DAY + morning, world.now);
}

function orderProcessed(cast: Cast, index: number): number | null {
  return isAhead(cast, index) ? null : orderSettled(cast, index);
}

function scheduled({ history }: Cast, index: number): number {
  return easternMidnight(dayText(history.orderDay(index) * DAY));
}

function order(cast: Cast, { id, index, created, updated }: Birth, draws: Draws, home: number): JsonObject {
  const { world, history, links } = cast;
  const charge = history.orderCharge(index);
  const turn = history.orderTurn(index);
  const whole = basket(cast, charge, world.draws('charges', charge));
  const goods = turn === 0 ? whole : deliveredBasket(whole);
  const { currency } = goods;
  const address = cast.addressSummary(home);
  const processed = orderProcessed(cast, index);
  const sent = processed === null ? null : String(1000 + index);
  return {
    id,
    address_id: world.id('addresses', home),
    billing_address: address,
    charge: {
      id: world.id('charges', charge),
      external_transaction_id: { payment_processor: transaction(cast, charge) },
      payment_processor_name: draws.pick(['shopify_payments', 'stripe']),
      status: history.chargeStatus(charge),
    },
    client_details: { browser_ip: null, user_agent: null },
    created_at: utcText(created),
    currency,
    customer: customerSummary(cast, links.parent('addresses', home, 'customers')),
    discounts: goods.discounts,
    error: orderStatus(cast, index) === 'error' ? 'Variant is sold out' : null,
    external_cart_token: null,
    external_order_id: external(sent === null ? null : platformOrder(index)),
    external_order_name: external(sent === null ? null : `#${sent}`),
    external_order_number: external(sent),
    is_prepaid: history.isPrepaid(charge),
    line_items: goods.lines.map((line) => ({
      ...line,
      external_inventory_policy: 'decrement_obeying_policy',
    })),
    note: draws.oneIn(6) ? draws.pick(NOTES) : null,
    order_attributes: draws.oneIn(6) ? [{ name: 'gift', value: 'yes' }] : [],
    processed_at: processed === null ? null : utcText(processed),
    scheduled_at: utcText(scheduled(cast, index)),
    shipping_address: address,
    shipping_lines: goods.shipping,
    status: orderStatus(cast, index),
    subtotal_price: money(goods.subtotal, currency),
    tags: draws.pick(['Subscription, Subscription Recurring Order', '']),
    tax_lines: goods.taxes,
    taxable: goods.tax > 0,
    total_discounts: money(goods.discount, currency),
    total_duties: draws.oneIn(3) ? undefined : money(0, currency),
    total_line_items_price: money(goods.subtotal, currency),
    total_price: money(goods.total, currency),
    total_refunds: draws.pick([null, money(0, currency)]),
    total_tax: money(goods.tax, currency),
    total_weight_grams: goods.grams,
    type: turn > 0 ? 'recurring' : history.chargeType(charge),
    updated_at: utcText(updated),
  };
}
