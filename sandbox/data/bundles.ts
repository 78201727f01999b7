import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, type Goods, madeAfter } from './cast.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Boxes that customers fill. */
export function bundleProducts(cast: Cast): Blueprint {
  return blueprint(cast.world, 'bundle_products', {
    facts: { external_product_id: (index) => cast.goods(index).productId },
    row: (birth, draws) => bundleProduct(cast.goods(birth.index), birth, draws),
  });
}

function bundleProduct(goods: Goods, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const variant = 3_000 + index * 2;
  return {
    id,
    external_product_id: goods.productId,
    title: `${goods.title} box`,
    description: draws.pick([null, 'Fill it as you like']),
    is_customizable: !draws.oneIn(4),
    price_rule: draws.pick(['fixed', 'dynamic']),
    custom_prices: draws.pick([null, []]),
    customization_window: draws.pick([null, 'anytime']),
    default_bundle_variant_id: draws.pick([null, variant]),
    max_quantity_per_variant: draws.pick([null, 5]),
    reset_box_contents: draws.pick([null, false, true]),
    variants: [
      {
        id: variant,
        external_variant_id: goods.variantId,
        title: goods.variant,
        option_sources: [{ id: variant * 3, option_source: 'collection', quantity_min: 1, quantity_max: 4 }],
        ranges: draws.pick([[], [{ id: variant * 5, quantity_min: 4, quantity_max: 12 }]]),
      },
    ],
    created_at: utcText(created),
    updated_at: utcText(updated),
  };
}

/**
 * What was picked for bundle subscriptions; product ids are plain text here
 * (docs/recharge-api.md#types-that-vary).
 */
export function bundleSelections(cast: Cast): Blueprint {
  const { world, links } = cast;
  const charge = (index: number): number => bundleCharge(cast, index);
  const someone = (index: number): number => links.elder('bundle_selections', index, 'subscriptions');
  const item = (index: number): number =>
    world.id('subscriptions', cast.history.chargeLines(charge(index))[0] ?? someone(index));
  return blueprint(world, 'bundle_selections', {
    created: (index) =>
      charge(index) < 0
        ? madeAfter(world, 'bundle_selections', index, cast.subscriptionCreated(someone(index)))
        : cast.history.chargeCreated(charge(index)),
    facts: { purchase_item_id: item },
    row: ({ id, index, created, updated }, draws) => {
      const goods = cast.goods(index);
      const paid = charge(index);
      const [order, end] = cast.history.chargeOrders(paid);
      return {
        id,
        bundle_variant_id: draws.oneIn(5) ? null : 3001,
        charge_id: paid < 0 ? null : world.id('charges', paid),
        created_at: utcText(created),
        external_product_id: goods.productId,
        external_variant_id: goods.variantId,
        is_fallback: draws.oneIn(6),
        items: Array.from({ length: draws.below(4) }, (_, at) => bundleItem(cast, index * 4 + at, created)),
        order_id: paid < 0 || order === end ? null : world.id('orders', order),
        purchase_item_id: item(index),
        updated_at: utcText(updated),
      };
    },
  });
}

/** Every other selection was made for a charge of a subscription, the rest for one to come: -1. */
function bundleCharge({ world, links, history }: Cast, index: number): number {
  if (world.draw('bundle_selections', PURPOSE.kind, index, 2) === 0) return -1;
  const charge = history.orderCharge(links.elder('bundle_selections', index, 'orders'));
  return history.chargeLines(charge).length > 0 ? charge : -1;
}

function bundleItem(cast: Cast, index: number, created: number): JsonObject {
  const goods = cast.goods(index % 50);
  return {
    id: 990_000 + index,
    collection_id: index % 3 === 0 ? null : '285790863425',
    collection_source: index % 3 === 0 ? null : 'shopify',
    created_at: utcText(created),
    external_product_id: goods.productId,
    external_variant_id: goods.variantId,
    price: index % 4 === 0 ? undefined : '0.00',
    quantity: 1 + (index % 3),
    updated_at: utcText(created),
  };
}
