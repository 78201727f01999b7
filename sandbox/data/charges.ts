import { type JsonObject, objectAt } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, external, money } from './cast.ts';
import { type Basket, basket } from './lines.ts';
import { analytics } from './customers.ts';
import { NOTES } from './names.ts';
import { nextChargeDay, subscriptionCustomer } from './subscriptions.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Charges: what was paid, in order of time, then what is queued. */
export function charges(cast: Cast): Blueprint {
  const { world, links } = cast;
  const updated = (index: number): number => world.updated('charges', index, (at) => attempted(cast, at));
  const customerId = (index: number): number =>
    world.id('customers', subscriptionCustomer(cast, links.chargeSubscription(index)));
  const addressId = (index: number): number =>
    world.id('addresses', links.parent('subscriptions', links.chargeSubscription(index), 'addresses'));
  return {
    ...world.identity('charges'),
    clock: 'utc',
    facts: {
      created_at: (index) => chargeCreated(cast, index),
      updated_at: updated,
      processed_at: (index) => chargeProcessed(cast, index),
      status: (index) => chargeStatus(cast, index),
      customer_id: customerId,
      address_id: addressId,
    },
    readers: {
      customer_id: (row) => objectAt(row, 'customer')['id'] as number,
      external_order_id: (row) => objectAt(row, 'external_order_id')['ecommerce'] as string,
    },
    row: (index) => ({
      ...charge(cast, index, updated(index)),
      address_id: addressId(index),
      updated_at: utcText(updated(index)),
    }),
  };
}

/** queued, success, refunded, partially_refunded, error, skipped, pending_manual_payment or uncaptured. */
export function chargeStatus({ world, links }: Cast, index: number): string {
  if (index >= links.processedCharges) return 'queued';
  const draw = world.draw('charges', PURPOSE.status, index, 100);
  if (links.chargeOrder(index) >= 0)
    return draw < 94 ? 'success' : draw < 97 ? 'refunded' : 'partially_refunded';
  if (draw < 45) return 'error';
  return draw < 90 ? 'skipped' : draw < 95 ? 'pending_manual_payment' : 'uncaptured';
}

/** When a charge was paid, in seconds; null if it was not. */
export function chargeProcessed(cast: Cast, index: number): number | null {
  return PAID.has(chargeStatus(cast, index)) ? attempted(cast, index) : null;
}

const PAID: ReadonlySet<string> = new Set(['success', 'refunded', 'partially_refunded']);

/** When a charge was run or put into the queue. */
function attempted({ world, links }: Cast, index: number): number {
  const processed = links.processedCharges;
  if (index < processed) return world.created('charges', index, processed);
  return world.now - 86_400 * 60 + Math.floor((86_400 * 60 * (index - processed)) / links.queuedCharges);
}

/** A recurring charge is made a month before it runs, a checkout's at once. */
function chargeCreated(cast: Cast, index: number): number {
  const ran = attempted(cast, index);
  const lead = index >= cast.links.processedCharges ? 0 : recurring(cast, index) ? 30 * 86_400 : 5;
  return Math.min(Math.max(ran - lead, cast.subscriptionCreated(cast.links.chargeSubscription(index))), ran);
}

function recurring({ world }: Cast, index: number): boolean {
  return world.draw('charges', PURPOSE.kind, index, 10) < 7;
}

function charge(cast: Cast, index: number, updated: number): JsonObject {
  const { world, links } = cast;
  const draws = world.draws('charges', index);
  const subscription = links.chargeSubscription(index);
  const status = chargeStatus(cast, index);
  const goods = basket(cast, subscription, draws);
  const order = links.chargeOrder(index);
  const address = cast.addressSummary(links.parent('subscriptions', subscription, 'addresses'));
  const processed = chargeProcessed(cast, index);
  return {
    id: world.id('charges', index),
    address_id: 0,
    analytics_data: analytics(draws, chargeCreated(cast, index)),
    billing_address: address,
    client_details: { browser_ip: draws.pick([null, '203.0.113.7', '2001:db8::7']), user_agent: null },
    created_at: utcText(chargeCreated(cast, index)),
    currency: cast.place(links.parent('subscriptions', subscription, 'addresses')).currency,
    customer: customerSummary(cast, subscriptionCustomer(cast, subscription)),
    discounts: goods.discounts,
    ...failure(cast, index, status, updated),
    external_order_id: external(order < 0 ? null : String(5_710_033_000_000 + order)),
    external_transaction_id: { payment_processor: processed === null ? null : transaction(cast, index) },
    has_uncommitted_changes: false,
    line_items: goods.lines,
    merged_at: null,
    note: draws.oneIn(6) ? draws.pick(NOTES) : null,
    order_attributes: index % 6 === 0 ? [{ name: 'gift', value: 'yes' }] : [],
    orders_count: order < 0 ? 0 : 1,
    original_scheduled_at: dayText(
      index < links.processedCharges ? attempted(cast, index) : nextChargeDay(cast, subscription),
    ),
    payment_processor: draws.pick(['shopify_payments', 'stripe', null]),
    processed_at: processed === null ? null : utcText(processed),
    scheduled_at: dayText(
      index < links.processedCharges ? attempted(cast, index) : nextChargeDay(cast, subscription),
    ),
    shipping_address: address,
    shipping_lines: goods.shipping.map((line) => ({ ...line, retrieved_at: null, status: 'active' })),
    status,
    ...totals(goods, status),
    type: recurring(cast, index) ? 'recurring' : 'checkout',
    updated_at: '',
  };
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
  return {
    subtotal_price: money(goods.subtotal),
    tags: 'Subscription, Subscription Recurring Order',
    tax_lines: goods.taxes,
    taxable: goods.tax > 0,
    taxes_included: false,
    total_discounts: money(goods.discount),
    total_duties: '0.00',
    total_line_items_price: money(goods.subtotal),
    total_price: money(goods.total),
    total_refunds:
      status === 'refunded' ? money(goods.total) : status === 'partially_refunded' ? '1.00' : '0.00',
    total_tax: money(goods.tax),
    total_weight_grams: goods.grams,
  };
}
