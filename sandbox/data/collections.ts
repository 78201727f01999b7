import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import type { Links } from './links.ts';
import { NOTES } from './names.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';
import type { World } from './world.ts';

/** Product collections. */
export function collections(world: World): Blueprint {
  return blueprint(world, 'collections', { facts: { title }, row: collection });
}

/** Several collections share a title, so that a sort by it meets ties. */
function title(index: number): string {
  return ['Fresh roasts', 'Add-ons', 'Ångström', 'été', 'Z'][index % 5] as string;
}

function collection({ id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const manual = draws.oneIn(2);
  return {
    id,
    created_at: utcText(created),
    description: draws.oneIn(2) ? draws.pick(NOTES) : null,
    manual_sort_order: draws.oneIn(3) ? undefined : manual ? ['7200010003', '7200010001'] : [],
    sort_order: manual ? 'manual' : 'title-asc',
    title: title(index),
    type: manual ? 'manual' : 'automatic',
    updated_at: utcText(updated),
  };
}

/** Which product stands in which collection; its id is the store's own and is not shown. */
export function collectionProducts(world: World, links: Links): Blueprint {
  const parent = (index: number): number => links.parent('collection_products', index, 'collections');
  const collectionId = (index: number): number => world.id('collections', parent(index));
  const made = (index: number): number =>
    Math.min(world.created('collections', parent(index)) + 5, world.now);
  return blueprint(world, 'collection_products', {
    created: made,
    updated: made,
    facts: { collection_id: collectionId },
    row: ({ index, created }) => {
      const product = 7_200_010_000 + index;
      return {
        collection_id: collectionId(index),
        created_at: utcText(created),
        external_product_id: index % 3 === 0 ? product : String(product),
        updated_at: utcText(created),
      };
    },
  });
}
