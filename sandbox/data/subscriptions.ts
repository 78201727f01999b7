import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, external, money } from './cast.ts';
import { analytics } from './customers.ts';
import { NOTES, REASONS } from './names.ts';
import { dayText, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Subscriptions: recurring items of an address. */
export function subscriptions(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => cast.subscriptionCreated(index);
  const updated = (index: number): number => world.updated('subscriptions', index, created);
  const addressId = (index: number): number =>
    world.id('addresses', links.parent('subscriptions', index, 'addresses'));
  const customerId = (index: number): number => world.id('customers', subscriptionCustomer(cast, index));
  return {
    ...world.identity('subscriptions'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      address_id: addressId,
      customer_id: customerId,
      status: (index) => links.subscriptionStatus(index),
      external_variant_id: (index) => cast.goods(cast.productOf('subscriptions', index)).variantId,
    },
    readers: {
      external_variant_id: (row) => (row['external_variant_id'] as { ecommerce: string }).ecommerce,
    },
    row: (index) => ({
      ...details(cast, index, updated(index)),
      address_id: addressId(index),
      customer_id: customerId(index),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

/** The customer whose subscription this is. */
export function subscriptionCustomer({ links }: Cast, subscription: number): number {
  return links.parent('addresses', links.parent('subscriptions', subscription, 'addresses'), 'customers');
}

/** The day of the next charge of a subscription, at midnight UTC. */
export function nextChargeDay({ world }: Cast, subscription: number): number {
  const day = Math.floor(world.now / 86_400) * 86_400;
  return day + 86_400 * (1 + world.draw('subscriptions', PURPOSE.schedule, subscription, 45));
}

function details(cast: Cast, index: number, updated: number): JsonObject {
  const { world, links } = cast;
  const draws = world.draws('subscriptions', index);
  const goods = cast.goods(cast.productOf('subscriptions', index));
  const status = links.subscriptionStatus(index);
  const monthly = draws.oneIn(3);
  const cancelled = status === 'cancelled';
  return {
    id: world.id('subscriptions', index),
    address_id: 0,
    customer_id: 0,
    analytics_data: analytics(draws, updated),
    cancellation_reason: cancelled ? draws.pick(REASONS) : null,
    cancellation_reason_comments: cancelled && draws.oneIn(3) ? draws.pick(NOTES) : null,
    cancelled_at: cancelled ? utcText(updated) : null,
    charge_interval_frequency: monthly ? 1 : 30,
    created_at: '',
    expire_after_specific_number_of_charges: draws.pick([null, null, null, 6]),
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    has_queued_charges: links.queuedCharge(index) >= 0,
    is_prepaid: draws.oneIn(10),
    is_skippable: !draws.oneIn(9),
    is_swappable: draws.oneIn(3),
    max_retries_reached: draws.oneIn(20),
    next_charge_scheduled_at: status === 'active' ? dayText(nextChargeDay(cast, index)) : null,
    order_day_of_month: monthly ? 1 + draws.below(28) : null,
    order_day_of_week: monthly ? null : draws.pick([null, 0, 3]),
    order_interval_frequency: monthly ? 1 : 30,
    order_interval_unit: monthly ? 'month' : 'day',
    plan_id: draws.oneIn(3) ? undefined : world.id('plans', draws.below(Math.max(world.sizes.plans, 1))),
    presentment_currency: cast.place(links.parent('subscriptions', index, 'addresses')).currency,
    price: money(goods.cents),
    product_title: goods.title,
    properties: draws.oneIn(3)
      ? [{ name: 'grind', value: draws.pick(['whole', 'fine', 'moka “6 cups”']) }]
      : [],
    quantity: 1 + draws.below(3),
    sku: draws.pick([goods.sku, null, '']),
    sku_override: draws.oneIn(6),
    status,
    updated_at: '',
    variant_title: draws.oneIn(12) ? null : goods.variant,
  };
}
