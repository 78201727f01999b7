import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import { utcText } from './times.ts';

/** What was picked for bundle subscriptions; product ids are plain text here (§5.4). */
export function bundleSelections(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => world.created('bundle_selections', index);
  const updated = (index: number): number => world.updated('bundle_selections', index, created);
  const item = (index: number): number =>
    world.id('subscriptions', links.elder('bundle_selections', index, 'subscriptions'));
  return {
    ...world.identity('bundle_selections'),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated, purchase_item_id: item },
    row: (index) => {
      const draws = world.draws('bundle_selections', index);
      const goods = cast.goods(index);
      const paid = draws.oneIn(2) ? links.elder('bundle_selections', index, 'orders') : -1;
      return {
        id: world.id('bundle_selections', index),
        bundle_variant_id: draws.oneIn(5) ? null : 3001,
        charge_id: paid < 0 ? null : world.id('charges', links.orderCharge(paid)),
        created_at: utcText(created(index)),
        external_product_id: goods.productId,
        external_variant_id: goods.variantId,
        is_fallback: draws.oneIn(6),
        items: Array.from({ length: draws.below(4) }, (_, at) =>
          bundleItem(cast, index * 4 + at, created(index)),
        ),
        order_id: paid < 0 ? null : world.id('orders', paid),
        purchase_item_id: item(index),
        updated_at: utcText(updated(index)),
      };
    },
  };
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
