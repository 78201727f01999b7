import type { JsonObject } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { Birth } from './plain-lists.ts';
import type { Draws } from './random.ts';
import type { World } from './world.ts';

export type { Birth } from './plain-lists.ts';

/** What rows are sorted and filtered by: seconds since 1970 for times, else the value itself. */
export type Fact = number | string | null;

/**
 * The seeded rows of one resource, made when asked for: nothing is stored, so a million rows cost no memory.
 */
export interface Blueprint {
  readonly resource: ResourceName;
  readonly count: number;
  /** Facts that can be told without making the row; the others are read from the row. */
  readonly facts: Readonly<Record<string, (index: number) => Fact>>;
  /** Facts that do not stand at the top of the row under their own name. */
  readonly readers?: Readonly<Record<string, (row: JsonObject) => Fact>>;
  /** How times without offset in this resource's rows are read, and `updated_at` is written. */
  readonly clock: 'utc' | 'eastern' | 'bare';
  id(index: number): number;
  /** The index of a seeded row, -1 for any other id. */
  indexOf(id: number): number;
  /** The row as 2021-11 serves it (`products`: as 2021-01 does). */
  row(index: number): JsonObject;
}

/** What tells one resource from another. */
export interface Design extends Partial<Pick<Blueprint, 'clock' | 'facts' | 'readers'>> {
  /** When a row was made, in seconds; at its place in the store's timeline, if not said otherwise. */
  readonly created?: (index: number) => number;
  /** When it was last changed; as `World.updated` has it, if not said otherwise. */
  readonly updated?: (index: number) => number;
  /** Rows that were deleted when they were last changed, and are shown only on request. */
  readonly isDeleted?: (index: number) => boolean;
  /** `draws` are those of `World.draws` for the row. */
  readonly row: (birth: Birth, draws: Draws) => JsonObject;
}

/** The blueprint of a resource, with its times among the facts. */
export function blueprint(world: World, resource: ResourceName, design: Design): Blueprint {
  const { clock = 'utc', readers = {}, isDeleted, row } = design;
  const created = design.created ?? ((index: number): number => world.created(resource, index));
  const updated = design.updated ?? ((index: number): number => world.updated(resource, index, created));
  const deleted = isDeleted && {
    deleted_at: (index: number): Fact => (isDeleted(index) ? updated(index) : null),
  };
  return {
    ...identity(world, resource),
    clock,
    readers,
    facts: { created_at: created, updated_at: updated, ...deleted, ...design.facts },
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

/** What a blueprint has of its resource alone. */
export function identity(
  world: World,
  resource: ResourceName,
): Pick<Blueprint, 'resource' | 'count' | 'id' | 'indexOf'> {
  return {
    resource,
    count: world.sizes[resource],
    id: (index) => world.id(resource, index),
    indexOf: (id) => world.indexOf(resource, id),
  };
}
