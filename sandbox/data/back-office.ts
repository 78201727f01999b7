import type { JsonObject } from '../json.ts';
import { type Blueprint, blueprint } from './blueprint.ts';
import type { Links } from './links.ts';
import { type PlainList, PLAIN_LISTS, type PlainListName } from './plain-lists.ts';
import { utcText } from './times.ts';
import type { World } from './world.ts';

/** What merchants keep behind the counter: the plain lists, and the tasks of bulk jobs. */
export function backOffice(world: World, links: Links): readonly Blueprint[] {
  const lists = Object.entries(PLAIN_LISTS) as [PlainListName, PlainList][];
  return [...lists.map(([name, { row }]) => blueprint(world, name, { row })), asyncBatchTasks(world, links)];
}

function asyncBatchTasks(world: World, links: Links): Blueprint {
  const batchId = (index: number): number =>
    world.id('async_batches', links.parent('async_batch_tasks', index, 'async_batches'));
  return blueprint(world, 'async_batch_tasks', {
    facts: { batch_id: batchId },
    row: ({ id, index, created, updated }, draws) => {
      const done = !draws.oneIn(3);
      const text = (at: number): string | null => (done ? utcText(at) : null);
      const result: JsonObject = draws.oneIn(3)
        ? { status_code: 422, output: { errors: { code: 'already taken' } } }
        : { status_code: 201 };
      return {
        id,
        batch_id: batchId(index),
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
    },
  });
}
