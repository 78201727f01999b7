import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import type { Links } from './links.ts';
import { NOTES } from './names.ts';
import { utcText } from './times.ts';
import type { World } from './world.ts';

/** Product collections. */
export function collections(world: World): Blueprint {
  const created = (index: number): number => world.created('collections', index);
  const updated = (index: number): number => world.updated('collections', index, created);
  return {
    ...world.identity('collections'),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated, title },
    row: (index) => ({
      ...collection(world, index),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

/** Several collections share a title, so that a sort by it meets ties. */
function title(index: number): string {
  return ['Fresh roasts', 'Add-ons', 'Ångström', 'été', 'Z'][index % 5] as string;
}

function collection(world: World, index: number): JsonObject {
  const draws = world.draws('collections', index);
  const manual = draws.oneIn(2);
  return {
    id: world.id('collections', index),
    created_at: '',
    description: draws.oneIn(2) ? draws.pick(NOTES) : null,
    manual_sort_order: draws.oneIn(3) ? undefined : manual ? ['7200010003', '7200010001'] : [],
    sort_order: manual ? 'manual' : 'title-asc',
    title: title(index),
    type: manual ? 'manual' : 'automatic',
    updated_at: '',
  };
}

/** Which product stands in which collection; its id is the store's own and is not shown. */
export function collectionProducts(world: World, links: Links): Blueprint {
  const collectionId = (index: number): number =>
    world.id('collections', links.parent('collection_products', index, 'collections'));
  const created = (index: number): number =>
    world.created('collections', links.parent('collection_products', index, 'collections')) + 5;
  const made = (index: number): number => Math.min(created(index), world.now);
  return {
    ...world.identity('collection_products'),
    clock: 'utc',
    facts: { created_at: made, updated_at: made, collection_id: collectionId },
    row: (index) => {
      const product = 7_200_010_000 + index;
      return {
        collection_id: collectionId(index),
        created_at: utcText(made(index)),
        external_product_id: index % 3 === 0 ? product : String(product),
        updated_at: utcText(made(index)),
      };
    },
  };
}
