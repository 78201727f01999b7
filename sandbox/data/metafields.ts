import { type JsonObject, numberAt, textAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, madeAfter } from './cast.ts';
import type { Draws } from './random.ts';
import { STORE_ID } from './store-facts.ts';
import { bareText, easternText } from './times.ts';
import { PURPOSE, type World } from './world.ts';

/** Who can own a metafield, with the resource that its owners are rows of (the store has none). */
export const OWNERS: Readonly<Record<string, ResourceName | null>> = {
  customer: 'customers',
  subscription: 'subscriptions',
  order: 'orders',
  charge: 'charges',
  address: 'addresses',
  store: null,
};

/** Metafields of all six owners. Their times carry no offset (docs/recharge-api.md#times). */
export function metafields(cast: Cast): Blueprint {
  const { world } = cast;
  const isEastern = world.naiveTimes === 'eastern';
  return blueprint(world, 'metafields', {
    created: (index) => madeAfter(world, 'metafields', index, ownerCreated(cast, index)),
    clock: isEastern ? 'eastern' : 'bare',
    facts: { owner_resource: owner },
    readers: { owner_id: (row) => textAt(row, 'owner_id') ?? String(numberAt(row, 'owner_id')) },
    row: (birth, draws) => metafield(world, birth, draws, isEastern ? easternText : bareText),
  });
}

/** Most belong to customers and subscriptions, as roasts and points do; every tenth to the store. */
function owner(index: number): string {
  const owners =
    'customer subscription customer order subscription charge customer address subscription store';
  return owners.split(' ')[index % 10] as string;
}

function ownerIndex(world: World, resource: ResourceName, index: number): number {
  return world.draw('metafields', PURPOSE.link, index, Math.max(world.sizes[resource], 1));
}

function ownerCreated(cast: Cast, index: number): number {
  const { world, history } = cast;
  const resource = OWNERS[owner(index)] ?? null;
  const at = resource === null ? 0 : ownerIndex(world, resource, index);
  if (resource === 'customers') return cast.customerCreated(at);
  if (resource === 'addresses') return cast.addressCreated(at);
  if (resource === 'subscriptions') return cast.subscriptionCreated(at);
  if (resource === 'charges') return history.chargeCreated(at);
  // An order is made within seconds of its charge.
  return resource === 'orders' ? history.chargeAt(history.orderCharge(at)) + 10 : world.timeline.start;
}

function metafield(
  world: World,
  { id, index, created, updated }: Birth,
  draws: Draws,
  write: (seconds: number) => string,
): JsonObject {
  const resource = OWNERS[owner(index)] ?? null;
  const ownerId = resource === null ? STORE_ID : world.id(resource, ownerIndex(world, resource, index));
  const kind = index % 3;
  return {
    id,
    // Recorded as text, typed as a number by the SDK (docs/recharge-api.md#types-that-vary).
    owner_id: draws.oneIn(6) ? ownerId : String(ownerId),
    created_at: write(created),
    description: draws.oneIn(2) ? null : 'Preferred roast – “dark”',
    key: ['roast', 'loyalty_points', 'portal'][kind],
    namespace: ['preferences', 'rewards', 'theme'][kind],
    owner_resource: owner(index),
    updated_at: write(updated),
    value: ['dark', String(draws.below(500)), '{"accent":"#0a5","note":"\\u2028"}'][kind],
    value_type: ['string', 'integer', 'json_string'][kind],
  };
}
