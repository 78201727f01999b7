import { type JsonObject, type JsonValue, rawNumber } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external } from './cast.ts';
import { money } from './money.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';

/**
 * Selling plans; every ninth was deleted and stays listed with `deleted_at`
 * (docs/recharge-api.md#hidden-rows).
 */
export function plans(cast: Cast): Blueprint {
  return blueprint(cast.world, 'plans', {
    readers: {
      external_product_id: (row) => (row['external_product_id'] as { ecommerce: string }).ecommerce,
    },
    row: (birth, draws) => plan(cast, birth, draws),
  });
}

function plan(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const goods = cast.goods(draws.below(Math.max(cast.world.sizes.products, 1)));
  const shown = (): JsonObject => ({ display: !draws.oneIn(4) });
  const title = draws.pick(['Every 30 days', 'Prepay 3 months', 'Alle 2 Wochen', 'One time']);
  // External ids are text to the Singer tap, numbers to the SDK (docs/recharge-api.md#types-that-vary).
  const externalId = (first: number): JsonValue => draws.pick([String(first + index), first + index, null]);
  return {
    id,
    channel_settings: {
      api: shown(),
      checkout_page: shown(),
      customer_portal: shown(),
      merchant_portal: shown(),
    },
    created_at: utcText(created),
    deleted_at: index % 9 === 4 ? utcText(updated) : null,
    discount_amount: draws.oneIn(5) ? null : money(500 * draws.below(4)),
    discount_type: draws.oneIn(5) ? null : draws.pick(['percentage', 'fixed_amount']),
    external_plan_group_id: externalId(9_120_000),
    external_plan_id: externalId(9_990_000),
    external_plan_name: draws.oneIn(6) ? null : title,
    external_product_id: external(goods.productId),
    external_variant_ids: draws.pick([[], [goods.variantId], null]),
    has_variant_restrictions: draws.oneIn(4),
    ...newerFields(draws),
    sort_order: index % 5,
    subscription_preferences: preferences(draws),
    title,
    type: draws.pick(['subscription', 'subscription', 'prepaid', 'onetime', 'membership_subscription']),
    updated_at: utcText(updated),
  };
}

/** Fields that newer stores have and older ones lack. */
function newerFields(draws: Draws): JsonObject {
  if (draws.oneIn(2)) return {};
  return {
    product_quantity: draws.pick([null, 1]),
    recurring_discount_after_cycle: draws.pick([null, 3]),
    recurring_discount_amount: draws.pick<JsonValue>([null, '15.00', 15, rawNumber('12.5')]),
    recurring_discount_type: draws.pick([null, 'percentage']),
    translations: draws.pick([[], [{ language: 'de', title: 'Alle 30 Tage' }]]),
  };
}

function preferences(draws: Draws): JsonObject {
  const monthly = draws.oneIn(3);
  const step = (cycle: JsonValue): JsonObject => ({
    recurring_discount_after_cycle: cycle,
    recurring_discount_amount: '5.00',
    recurring_discount_type: 'percentage',
  });
  return {
    apply_cutoff_date_to_checkout: false,
    charge_interval_frequency: draws.oneIn(9) ? null : monthly ? 3 : 30,
    cutoff_day_of_month: null,
    cutoff_day_of_week: draws.pick([null, null, 4]),
    expire_after_specific_number_of_charges: draws.pick([null, 12]),
    interval_unit: monthly ? 'month' : 'day',
    order_day_of_month: monthly ? 12 : null,
    order_day_of_week: null,
    order_interval_frequency: monthly ? 1 : 30,
    pricing_progression: draws.oneIn(3) ? [step(2), step('6')] : undefined,
  };
}
