import type { JsonObject } from '../json.ts';
import type { ResourceName } from '../resources.ts';

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
