import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { external } from './cast.ts';
import { money } from './money.ts';
import type { Draws } from './random.ts';
import { type World, PURPOSE } from './world.ts';
import { utcText } from './times.ts';

/** Discount codes; most came in one import, all in the same second: a tie longer than any page. */
export function discounts(world: World): Blueprint {
  const created = (index: number): number => discountCreated(world, index);
  return blueprint(world, 'discounts', {
    created,
    updated: (index) =>
      imported(world, index) ? created(index) : world.updated('discounts', index, created),
    row: (birth, draws) => discount(world, birth, draws),
  });
}

/** When a discount was made. */
export function discountCreated(world: World, index: number): number {
  return imported(world, index) ? world.timeline.at(0.4) : world.created('discounts', index);
}

/** What a discount takes off: per cent, or dollar cents where its type is `fixed_amount`. */
export function discountTerms(
  world: World,
  index: number,
): { readonly type: string; readonly value: number } {
  const type = world.draws('discounts', index).pick(TYPES);
  return { type, value: 100 * (1 + world.draw('discounts', PURPOSE.kind, index, 40)) };
}

const TYPES = ['percentage', 'percentage', 'fixed_amount', 'shipping'] as const;

/** The id of some discount; any number will do. */
export function discountId(world: World, any: number): number {
  return world.id('discounts', any % Math.max(world.sizes.discounts, 1));
}

/** The code of the discount at `index`. */
export function discountCode(index: number): string {
  return index % 7 === 0 ? `WELCOME${index}` : `BULK-${index}`;
}

function imported(world: World, index: number): boolean {
  return index % 10 !== 0 && index < world.sizes.discounts * 0.9;
}

function discount(world: World, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const type = draws.pick(TYPES);
  const applies = draws.pick([null, null, 'shopify_product', 'shopify_collection_id']);
  const product = 7_200_010_000 + draws.below(Math.max(world.sizes.products, 1));
  const ends = draws.oneIn(4) ? world.now + 86_400 * draws.below(300) : null;
  return {
    id,
    applies_to: {
      // Fivetran saw ids both as numbers and as text (docs/recharge-api.md#types-that-vary).
      ids: applies === null ? [] : draws.oneIn(2) ? [String(product), String(product + 1)] : [product],
      purchase_item_type: draws.pick(['ALL', 'SUBSCRIPTION', 'ONETIME']),
      resource: applies,
    },
    channel_settings: {
      api: { can_apply: true },
      checkout_page: { can_apply: !draws.oneIn(5) },
      customer_portal: { can_apply: true },
      merchant_portal: { can_apply: true },
    },
    code: discountCode(index),
    created_at: utcText(created),
    ends_at: ends === null ? null : utcText(ends),
    external_discount_id: external(draws.oneIn(3) ? String(1_299_400_000 + index) : null),
    external_discount_source: draws.pick([null, 'shopify']),
    prerequisite_subtotal_min: draws.oneIn(4) ? '25.00' : null,
    starts_at: draws.oneIn(3) ? utcText(world.timeline.start + 86_400 * 200) : null,
    status: draws.pick(['enabled', 'enabled', 'disabled', 'fully_disabled']),
    updated_at: utcText(updated),
    usage_limits: {
      first_time_customer_restriction: draws.pick([null, false, true]),
      max_subsequent_redemptions: draws.pick([null, null, 3]),
      one_application_per_customer: draws.oneIn(2),
    },
    value: money(discountTerms(world, index).value),
    value_type: type,
  };
}
