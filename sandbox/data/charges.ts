import { type JsonObject, objectAt } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external } from './cast.ts';
import { analytics } from './customers.ts';
import { PAID } from './customer-pasts.ts';
import { type Basket, basket } from './lines.ts';
import { money, priced } from './money.ts';
import { NOTES } from './names.ts';
import type { Draws } from './random.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Charges: what was run, in order of time, then what is queued. */
export function charges(cast: Cast): Blueprint {
  const { world, links } = cast;
  return blueprint(world, 'charges', {
    created: (index) => cast.history.chargeCreated(index),
    updated: (index) => world.updated('charges', index, (at) => chargeSettled(cast, at)),
    facts: {
      processed_at: (index) => chargeProcessed(cast, index),
      status: (index) => cast.history.chargeStatus(index),
      customer_id: (index) =>
        world.id('customers', links.parent('addresses', cast.history.chargeAddress(index), 'customers')),
      address_id: (index) => world.id('addresses', cast.history.chargeAddress(index)),
    },
    readers: {
      customer_id: (row) => objectAt(row, 'customer')['id'] as number,
      external_order_id: (row) => objectAt(row, 'external_order_id')['ecommerce'] as string,
    },
    row: (birth, draws) => charge(cast, birth, draws),
  });
}

/** When a charge was run or put into the queue. */
function chargeSettled({ history }: Cast, index: number): number {
  return index < history.processed ? history.chargeAt(index) : history.chargeCreated(index);
}

/** When a charge was paid, in seconds; null if it was not. */
export function chargeProcessed({ history }: Cast, index: number): number | null {
  return PAID.has(history.chargeStatus(index)) ? history.chargeAt(index) : null;
}

/** The platform's id of an order. */
export function platformOrder(order: number): string {
  return String(5_710_033_000_000 + order);
}

const BROWSER = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15';

function charge(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const { world, links, history } = cast;
  const status = history.chargeStatus(index);
  const type = history.chargeType(index);
  const goods = basket(cast, index, draws);
  const [firstOrder, endOrder] = history.chargeOrders(index);
  const home = history.chargeAddress(index);
  const address = cast.addressSummary(home);
  const processed = chargeProcessed(cast, index);
  const atCheckout = type === 'checkout';
  return {
    id,
    address_id: world.id('addresses', home),
    analytics_data: analytics(draws, created),
    billing_address: address,
    client_details: {
      browser_ip: atCheckout ? draws.pick([null, '203.0.113.7', '2001:db8::7']) : null,
      user_agent: atCheckout ? draws.pick([null, BROWSER]) : null,
    },
    created_at: utcText(created),
    currency: goods.currency,
    customer: customerSummary(cast, links.parent('addresses', home, 'customers')),
    discounts: goods.discounts,
    ...failure(cast, index, status, updated),
    external_order_id: external(firstOrder < endOrder ? platformOrder(firstOrder) : null),
    external_transaction_id: { payment_processor: processed === null ? null : transaction(cast, index) },
    has_uncommitted_changes: false,
    line_items: goods.lines,
    merged_at: null,
    note: draws.oneIn(6) ? draws.pick(NOTES) : null,
    order_attributes: index % 6 === 0 ? [{ name: 'gift', value: 'yes' }] : [],
    orders_count: endOrder - firstOrder,
    original_scheduled_at: originalDay(cast, index),
    payment_processor: draws.pick(['shopify_payments', 'stripe', null]),
    processed_at: processed === null ? null : utcText(processed),
    scheduled_at: dayText(history.chargeAt(index)),
    shipping_address: address,
    shipping_lines: goods.shipping.map((line) => ({
      ...line,
      retrieved_at: atCheckout ? null : quoted(created, draws.below(1_000_000)),
      status: 'active',
    })),
    status,
    tags: atCheckout
      ? 'Subscription, Subscription First Order'
      : 'Subscription, Subscription Recurring Order',
    ...totals(goods, status),
    type,
    updated_at: utcText(updated),
  };
}

/** The day for which a charge was first planned, as recorded: a skipped one had sometimes been put off by a week. */
function originalDay({ world, history }: Cast, index: number): string {
  const isMoved =
    history.chargeStatus(index) === 'skipped' && world.draw('charges', PURPOSE.schedule, index, 3) === 0;
  return dayText(history.chargeAt(index) - (isMoved ? 7 * 86_400 : 0));
}

/** As recorded, the time at which the price of the shipping was quoted has microseconds. */
function quoted(seconds: number, micros: number): string {
  return utcText(seconds).replace('+', `.${String(micros).padStart(6, '0')}+`);
}

/**
 * The processor's id of a paid charge: some send text, some a number (docs/recharge-api.md#types-that-vary).
 */
export function transaction({ world }: Cast, index: number): string | number {
  const id = 48_100_000_000 + index;
  return world.draw('charges', PURPOSE.goods, index, 4) === 0 ? id : String(id);
}

/** The customer as charges and orders embed it. */
export function customerSummary(cast: Cast, customer: number): JsonObject {
  const { email, externalId, hash } = cast.person(customer);
  return {
    id: cast.world.id('customers', customer),
    email,
    external_customer_id: external(externalId),
    hash,
  };
}

/**
 * Keys that stand on attempted charges alone (docs/recharge-api.md#keys-sent-at-times), and the error's text.
 */
function failure({ world }: Cast, index: number, status: string, updated: number): JsonObject {
  if (status !== 'error') return { error: null, error_type: null, retry_date: null };
  const retry = dayText(updated + 7 * 86_400);
  return {
    charge_attempts: 1 + (index % 3),
    error: "None\r\n [Jun 12, 12:06AM] ['card_declined']",
    error_type: 'CUSTOMER_NEEDS_TO_UPDATE_CARD',
    external_variant_not_found: world.draw('charges', PURPOSE.place, index, 3) === 0 ? false : null,
    last_charge_attempt: utcText(updated - 1),
    retry_date: utcText(easternMidnight(retry)),
  };
}

function totals(goods: Basket, status: string): JsonObject {
  const { currency } = goods;
  const refund = { refunded: goods.total, partially_refunded: Math.min(priced(100, currency), goods.total) };
  return {
    subtotal_price: money(goods.subtotal, currency),
    tax_lines: goods.taxes,
    taxable: goods.tax > 0,
    taxes_included: false,
    total_discounts: money(goods.discount, currency),
    total_duties: money(0, currency),
    total_line_items_price: money(goods.subtotal, currency),
    total_price: money(goods.total, currency),
    total_refunds: money(refund[status as keyof typeof refund] ?? 0, currency),
    total_tax: money(goods.tax, currency),
    total_weight_grams: goods.grams,
  };
}
