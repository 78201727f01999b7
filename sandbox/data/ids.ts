import { type ResourceName, SEEDS } from '../resources.ts';
import { hash } from './random.ts';

const STEP = 3;

/** The id of a seeded row: ids rise with the index and leave gaps, as in a real store. */
export function idOf(seed: number, resource: ResourceName, index: number): number {
  const first = SEEDS[resource].firstId;
  return first + STEP * index + (hash(seed, first, index) % STEP);
}

/** The index of the seeded row with this id, or -1 where no seeded row has it. */
export function indexOf(seed: number, resource: ResourceName, count: number, id: number): number {
  const index = Math.floor((id - SEEDS[resource].firstId) / STEP);
  return index >= 0 && index < count && idOf(seed, resource, index) === id ? index : -1;
}

/** The first id that no seeded row of this resource can have. */
export function firstFreeId(resource: ResourceName, count: number): number {
  return SEEDS[resource].firstId + STEP * count;
}
