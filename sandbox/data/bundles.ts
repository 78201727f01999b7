import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, madeAfter } from './cast.ts';
import { utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Boxes that customers fill. */
export function bundleProducts(cast: Cast): Blueprint {
  const { world } = cast;
  const created = (index: number): number => world.created('bundle_products', index);
  const updated = (index: number): number => world.updated('bundle_products', index, created);
  return {
    ...world.identity('bundle_products'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      external_product_id: (index) => cast.goods(index).productId,
    },
    row: (index) => ({
      ...bundleProduct(cast, index),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

function bundleProduct(cast: Cast, index: number): JsonObject {
  const draws = cast.world.draws('bundle_products', index);
  const goods = cast.goods(index);
  const variant = 3_000 + index * 2;
  return {
    id: cast.world.id('bundle_products', index),
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
  };
}

/**
 * What was picked for bundle subscriptions; product ids are plain text here
 * (docs/recharge-api.md#types-that-vary).
 */
export function bundleSelections(cast: Cast): Blueprint {
  const { world, links } = cast;
  const charge = (index: number): number => bundleCharge(cast, index);
  const created = (index: number): number =>
    charge(index) < 0
      ? madeAfter(world, 'bundle_selections', index, cast.subscriptionCreated(someone(index)))
      : cast.history.chargeCreated(charge(index));
  const updated = (index: number): number => world.updated('bundle_selections', index, created);
  const someone = (index: number): number => links.elder('bundle_selections', index, 'subscriptions');
  const item = (index: number): number =>
    world.id('subscriptions', cast.history.chargeLines(charge(index))[0] ?? someone(index));
  return {
    ...world.identity('bundle_selections'),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated, purchase_item_id: item },
    row: (index) => {
      const draws = world.draws('bundle_selections', index);
      const goods = cast.goods(index);
      const paid = charge(index);
      const [order, end] = cast.history.chargeOrders(paid);
      return {
        id: world.id('bundle_selections', index),
        bundle_variant_id: draws.oneIn(5) ? null : 3001,
        charge_id: paid < 0 ? null : world.id('charges', paid),
        created_at: utcText(created(index)),
        external_product_id: goods.productId,
        external_variant_id: goods.variantId,
        is_fallback: draws.oneIn(6),
        items: Array.from({ length: draws.below(4) }, (_, at) =>
          bundleItem(cast, index * 4 + at, created(index)),
        ),
        order_id: paid < 0 || order === end ? null : world.id('orders', order),
        purchase_item_id: item(index),
        updated_at: utcText(updated(index)),
      };
    },
  };
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
