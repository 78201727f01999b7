import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external, type Goods } from './cast.ts';
import { money, priced } from './money.ts';
import { DAY, dayOfMonth } from './lifetimes.ts';
import { analytics } from './customers.ts';
import { NOTES, REASONS } from './names.ts';
import type { Draws } from './random.ts';
import { dayText, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Subscriptions: recurring items of an address. */
export function subscriptions(cast: Cast): Blueprint {
  const { world, links } = cast;
  return blueprint(world, 'subscriptions', {
    created: (index) => cast.subscriptionCreated(index),
    updated: (index) => subscriptionUpdated(cast, index),
    facts: {
      address_id: (index) => world.id('addresses', links.parent('subscriptions', index, 'addresses')),
      customer_id: (index) => world.id('customers', subscriptionCustomer(cast, index)),
      status: (index) => cast.history.subscriptionStatus(index),
      external_variant_id: (index) => cast.goods(cast.productOf('subscriptions', index)).variantId,
    },
    readers: {
      external_variant_id: (row) => (row['external_variant_id'] as { ecommerce: string }).ecommerce,
    },
    row: (birth, draws) => details(cast, birth, draws),
  });
}

/** The customer whose subscription this is. */
export function subscriptionCustomer({ links }: Cast, subscription: number): number {
  return links.parent('addresses', links.parent('subscriptions', subscription, 'addresses'), 'customers');
}

/** An active one changes with each charge, the others when they end; now and then a bulk job touches eight at once. */
function subscriptionUpdated(cast: Cast, index: number): number {
  const own = touched(cast, index);
  if ((index >> 3) % 12 !== 3) return own;
  const last = Math.min(index | 7, cast.world.sizes.subscriptions - 1);
  let latest = own;
  for (let other = index & ~7; other <= last; other += 1) latest = Math.max(latest, touched(cast, other));
  const job = Math.ceil(latest / 3600) * 3600;
  return job <= cast.world.now ? job : own;
}

/** Of an ended one, as recorded, now and then a second before `cancelled_at`. */
function touched({ history, world }: Cast, index: number): number {
  const draw = world.draw('subscriptions', PURPOSE.delay, index, 8);
  if (history.subscriptionStatus(index) !== 'cancelled')
    return Math.min(history.lastCharged(index) + draw, world.now);
  return history.subscriptionEnded(index) - (draw === 0 ? 1 : 0);
}

/** What a subscription or a onetime sells: each of its lines shows the same. */
export interface Item {
  readonly goods: Goods;
  readonly currency: string;
  /** In the smallest unit of the currency. */
  readonly price: number;
  readonly quantity: number;
  readonly sku: string | null;
  readonly variantTitle: string | null;
  readonly properties: readonly JsonObject[];
}

/** The item of a subscription; a prepaid one's price is for all orders of a charge. */
export function subscriptionItem(cast: Cast, index: number): Item {
  const draws = cast.world.draws('subscriptions', index, PURPOSE.item);
  const goods = cast.goods(cast.productOf('subscriptions', index));
  const { currency } = cast.place(cast.links.parent('subscriptions', index, 'addresses'));
  const grind = draws.pick(['whole', 'fine', 'moka “6 cups”\n🙂']);
  return {
    goods,
    currency,
    price: priced(goods.cents * cast.history.plan(index).orders, currency),
    quantity: 1 + draws.below(3),
    sku: draws.pick([goods.sku, goods.sku, null, '']),
    variantTitle: draws.oneIn(12) ? null : goods.variant,
    properties: draws.oneIn(3) ? [{ name: 'grind', value: grind }] : [],
  };
}

function details(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const { world, links, history } = cast;
  const { goods, currency, ...item } = subscriptionItem(cast, index);
  const status = history.subscriptionStatus(index);
  const plan = history.plan(index);
  const first = Math.floor(created / DAY);
  const cancelled = status === 'cancelled';
  const gaveUp = cancelled && draws.oneIn(8);
  const had = history.chargesOf(index);
  const queued = history.queuedCharge(index);
  return {
    id,
    address_id: world.id('addresses', links.parent('subscriptions', index, 'addresses')),
    customer_id: world.id('customers', subscriptionCustomer(cast, index)),
    analytics_data: analytics(draws, updated),
    cancellation_reason: gaveUp ? GAVE_UP : cancelled ? draws.pick(REASONS) : null,
    cancellation_reason_comments: cancelled && draws.oneIn(3) ? draws.pick(NOTES) : null,
    cancelled_at: cancelled ? utcText(history.subscriptionEnded(index)) : null,
    charge_interval_frequency: plan.every * plan.orders,
    created_at: utcText(created),
    expire_after_specific_number_of_charges:
      status === 'expired' ? had : draws.pick([null, null, null, had + 1 + draws.below(6)]),
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    has_queued_charges: queued >= 0,
    is_prepaid: plan.orders > 1,
    is_skippable: !draws.oneIn(9),
    is_swappable: draws.oneIn(3),
    max_retries_reached: gaveUp,
    next_charge_scheduled_at: queued < 0 ? null : dayText(history.chargeAt(queued)),
    order_day_of_month: plan.unit === 'month' ? dayOfMonth(first) : null,
    // 0 is Monday; 1 January 1970 was a Thursday.
    order_day_of_week: plan.unit === 'week' ? (first + 3) % 7 : null,
    order_interval_frequency: plan.every,
    order_interval_unit: plan.unit,
    plan_id: draws.oneIn(3) ? undefined : world.id('plans', draws.below(Math.max(world.sizes.plans, 1))),
    presentment_currency: currency,
    price: money(item.price, currency),
    product_title: goods.title,
    properties: item.properties,
    quantity: item.quantity,
    sku: item.sku,
    sku_override: draws.oneIn(6),
    status,
    updated_at: utcText(updated),
    variant_title: item.variantTitle,
  };
}

const GAVE_UP = 'Max number of charge attempts has been reached';
