import type { JsonObject, JsonValue } from '../json.ts';
import { objectAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import { type Blueprint, identity } from './blueprint.ts';
import type { Cast } from './cast.ts';
import type { Draws } from './random.ts';
import { bareText, easternText } from './times.ts';
import type { World } from './world.ts';

/** What events call the records they tell of. */
export const EVENT_TYPES: Partial<Readonly<Record<ResourceName, string>>> = {
  customers: 'customer',
  addresses: 'address',
  subscriptions: 'subscription',
  charges: 'charge',
  orders: 'order',
  onetimes: 'onetime',
  discounts: 'discount',
  metafields: 'metafield',
  plans: 'plan',
  payment_methods: 'payment_method',
  bundle_selections: 'bundle_selection',
  collections: 'collection',
};

const DAY = 86_400;
/** Seeded events reach further back than the seven days that are served (docs/recharge-api.md#events). */
const DAYS = 9;

interface Happening {
  readonly resource: ResourceName;
  readonly verb: string;
  readonly attribute: readonly [string, JsonValue, JsonValue] | null;
}

const HAPPENINGS: readonly Happening[] = [
  { resource: 'charges', verb: 'deleted', attribute: null },
  { resource: 'subscriptions', verb: 'cancelled', attribute: ['status', 'active', 'cancelled'] },
  { resource: 'charges', verb: 'failed', attribute: ['charge_attempts', 1, 2] },
  { resource: 'customers', verb: 'updated', attribute: ['tax_exempt', false, true] },
  { resource: 'onetimes', verb: 'deleted', attribute: null },
  {
    resource: 'addresses',
    verb: 'updated',
    attribute: ['order_attributes', [], [{ name: 'gift', value: 'yes' }]],
  },
  { resource: 'customers', verb: 'deleted', attribute: null },
  { resource: 'subscriptions', verb: 'updated', attribute: ['price', null, { amount: '9.00' }] },
  { resource: 'charges', verb: 'created', attribute: null },
];

/**
 * The activity log of the last nine days, oldest first. Its times carry no offset
 * (docs/recharge-api.md#times).
 */
export function events(cast: Cast): Blueprint {
  const { world } = cast;
  const count = Math.max(world.sizes.events, 1);
  const at = (index: number): number => world.now - DAYS * DAY + Math.floor((DAYS * DAY * index) / count);
  const write = world.naiveTimes === 'eastern' ? easternText : bareText;
  return {
    ...identity(world, 'events'),
    clock: world.naiveTimes === 'eastern' ? 'eastern' : 'bare',
    facts: {
      created_at: at,
      verb: (index) => happening(index).verb,
      object_type: (index) => EVENT_TYPES[happening(index).resource] ?? null,
    },
    readers: { origin: (row) => objectAt(row, 'source')['origin'] as string },
    row: (index) => ({ ...event(cast, index), created_at: write(at(index)) }),
  };
}

function happening(index: number): Happening {
  return HAPPENINGS[index % HAPPENINGS.length] as Happening;
}

function event(cast: Cast, index: number): JsonObject {
  const { world } = cast;
  const draws = world.draws('events', index);
  const { resource, verb, attribute } = happening(index);
  const about = subjectOf(cast, resource, verb, draws);
  const object = verb === 'deleted' ? freeId(world, resource, about) : world.id(resource, about);
  const customer = customerOf(cast, resource, about);
  const type = EVENT_TYPES[resource] as string;
  const change = attribute && { attribute: attribute[0], previous_value: attribute[1], value: attribute[2] };
  return {
    id: world.id('events', index),
    object_id: object,
    object_type: type,
    customer_id: draws.oneIn(9) ? null : world.id('customers', customer),
    created_at: '',
    verb,
    description: `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${type} #${object}`,
    source: draws.oneIn(12) ? null : source(draws),
    updated_attributes: change ? [change] : [],
    custom_attributes: draws.oneIn(3)
      ? [{ key: 'scheduled_at', value: draws.pick<JsonValue>(['2025-07-10', 3, true, null]) }]
      : [],
  };
}

/** The index of the record that an event tells of. */
function subjectOf({ world, history }: Cast, resource: ResourceName, verb: string, draws: Draws): number {
  const count = Math.max(world.sizes[resource], 1);
  const drawn = draws.below(count);
  if (verb !== 'cancelled') return drawn;
  for (let step = 0; step < count; step += 1) {
    const index = (drawn + step) % count;
    if (history.subscriptionStatus(index) === 'cancelled') return index;
  }
  return drawn;
}

/** A deleted object's id is one that no row has: seeded ids leave gaps. */
function freeId(world: World, resource: ResourceName, near: number): number {
  const id = world.id(resource, near);
  return world.indexOf(resource, id + 1) < 0 ? id + 1 : id + 2;
}

function customerOf({ links, history }: Cast, resource: ResourceName, index: number): number {
  if (resource === 'customers') return index;
  const address =
    resource === 'subscriptions'
      ? links.parent('subscriptions', index, 'addresses')
      : resource === 'charges'
        ? history.chargeAddress(index)
        : index;
  return links.parent('addresses', address, 'customers');
}

function source(draws: Draws): JsonObject {
  const nobody = { account_id: null, account_email: null, api_token_id: null, api_token_name: null };
  return draws.pick<JsonObject>([
    {
      ...nobody,
      account_id: 5512,
      account_email: 'ops@example.com',
      origin: 'merchant_portal',
      user_type: 'account',
    },
    { ...nobody, origin: 'recharge', user_type: null },
    { ...nobody, api_token_id: 77, api_token_name: 'scheduler', origin: 'api', user_type: 'api_token' },
  ]);
}
