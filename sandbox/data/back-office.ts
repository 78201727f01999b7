import type { JsonObject } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { Blueprint } from './blueprint.ts';
import type { Links } from './links.ts';
import { type Birth, type PlainList, PLAIN_LISTS, type PlainListName } from './plain-lists.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';
import type { World } from './world.ts';

/** What merchants keep behind the counter: the plain lists, and the tasks of bulk jobs. */
export function backOffice(world: World, links: Links): readonly Blueprint[] {
  const lists = Object.entries(PLAIN_LISTS) as [PlainListName, PlainList][];
  return [...lists.map(([name, { row }]) => plain(world, name, row)), asyncBatchTasks(world, links)];
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
