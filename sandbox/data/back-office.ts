import type { JsonObject } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { Blueprint } from './blueprint.ts';
import type { Links } from './links.ts';
import { NOTES, REASONS } from './names.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';
import type { World } from './world.ts';

/** What merchants keep behind the counter: reasons, users, webhooks and bulk jobs. */
export function backOffice(world: World, links: Links): readonly Blueprint[] {
  return [
    plain(world, 'retention_strategies', retentionStrategy),
    plain(world, 'accounts', account),
    plain(world, 'webhooks', webhook),
    plain(world, 'async_batches', asyncBatch),
    asyncBatchTasks(world, links),
  ];
}

interface Birth {
  readonly id: number;
  readonly index: number;
  readonly created: number;
  readonly updated: number;
}

function plain(
  world: World,
  resource: ResourceName,
  row: (birth: Birth, draws: Draws) => JsonObject,
): Blueprint {
  const created = (index: number): number => world.created(resource, index);
  const updated = (index: number): number => world.updated(resource, index, created);
  return {
    ...world.identity(resource),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated },
    row: (index) => {
      const birth = {
        id: world.id(resource, index),
        index,
        created: created(index),
        updated: updated(index),
      };
      return row(birth, world.draws(resource, index));
    },
  };
}

function retentionStrategy({ id, created, updated }: Birth, draws: Draws): JsonObject {
  return {
    id,
    cancellation_flow_type: draws.pick(['subscription', 'membership']),
    created_at: utcText(created),
    discount_code: draws.pick([null, 'STAY15']),
    incentive_type: draws.pick(['discount', 'delay_subscription', 'skip_charge', 'swap_product', null]),
    prevention_text: draws.oneIn(3) ? null : draws.pick(NOTES),
    reason: draws.pick(REASONS),
    updated_at: utcText(updated),
  };
}

function account({ id, index, created }: Birth, draws: Draws): JsonObject {
  return {
    id,
    created_at: utcText(created),
    invited_at: draws.oneIn(3) ? null : utcText(created - 3600),
    is_owner: index === 0,
    user_id: 88_000 + index,
  };
}

function webhook({ id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const topic = draws.pick(['subscription/deleted', 'charge/paid', 'customer/updated', 'order/created']);
  const newer = { created_at: utcText(created), updated_at: utcText(updated), version: '2021-11' };
  return {
    id,
    address: `https://hooks.example.com/recharge/${index}`,
    included_objects: draws.pick([[], ['customer', 'metafields']]),
    topic,
    ...(draws.oneIn(2) && newer),
  };
}

function asyncBatch({ id, created, updated }: Birth, draws: Draws): JsonObject {
  const closed = !draws.oneIn(4);
  return {
    id,
    batch_type: draws.pick(['discount_create', 'bulk_plans_update', 'onetime_create']),
    closed_at: closed ? utcText(updated) : null,
    created_at: utcText(created),
    deleted_at: draws.pick([undefined, null]),
    fail_task_count: draws.below(3),
    status: closed ? draws.pick(['completed', 'failed']) : draws.pick(['not_started', 'processing']),
    submitted_at: closed ? utcText(created) : null,
    success_task_count: draws.below(9),
    total_task_count: 10,
    updated_at: utcText(updated),
    version: draws.pick([undefined, null, '2021-11']),
  };
}

function asyncBatchTasks(world: World, links: Links): Blueprint {
  const batch = (index: number): number => links.parent('async_batch_tasks', index, 'async_batches');
  const base = plain(world, 'async_batch_tasks', ({ id, index, created, updated }, draws) => {
    const done = !draws.oneIn(3);
    const text = (at: number): string | null => (done ? utcText(at) : null);
    const result: JsonObject = draws.oneIn(3)
      ? { status_code: 422, output: { errors: { code: 'already taken' } } }
      : { status_code: 201 };
    return {
      id,
      batch_id: world.id('async_batches', batch(index)),
      body: draws.oneIn(6) ? null : { code: `BULK-${index}`, value: '5.00', value_type: 'percentage' },
      completed_at: text(updated),
      created_at: utcText(created),
      deleted_at: draws.pick([undefined, null]),
      queued_at: text(created),
      result: done ? result : null,
      started_at: text(created),
      status: done ? draws.pick(['success', 'failed']) : draws.pick(['pending', 'processing']),
      updated_at: utcText(updated),
    };
  });
  return { ...base, facts: { ...base.facts, batch_id: (index) => world.id('async_batches', batch(index)) } };
}
