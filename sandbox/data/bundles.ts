import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, madeAfter } from './cast.ts';
import { utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** What was picked for bundle subscriptions; product ids are plain text here (§5.4). */
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
