import type { DoubtfulResource, Version } from '../options.ts';
import type { ResourceName } from '../resources.ts';

/** A list of the API: its path, scopes, sorts and filters (docs/recharge-api.md#endpoints). */
export interface Endpoint {
  /** Path without slash: also the key of its list in the envelope. */
  readonly path: string;
  /** Key of one record in its envelope; null where there is no retrieve. */
  readonly item: string | null;
  readonly resource: ResourceName;
  readonly versions: readonly Version[];
  /** A token needs one of these scopes; with none named, any token may read it. */
  readonly scopes: readonly string[];
  /** Fields that `sort_by` takes, each with `-asc` and `-desc`; empty where `sort_by` is refused. */
  readonly sorts: readonly string[];
  /** Time fields with a `_min` and a `_max` filter. */
  readonly times: readonly string[];
  /** Equality filters, which take comma lists: parameter → field. */
  readonly matches: Readonly<Record<string, string>>;
  /** Boolean parameters that show hidden rows. */
  readonly flags?: readonly string[];
  /** Undocumented sorts and time filters; an option says how they are answered. */
  readonly doubtful?: {
    readonly resource: DoubtfulResource;
    readonly sorts: readonly string[];
    readonly times: readonly string[];
  };
  /** True where the list exists below a parent alone, such as `/async_batches/{id}/tasks`. */
  readonly nestedOnly?: true;
  /** A parameter without which the list is refused. */
  readonly required?: string;
}

export const MADE_AND_CHANGED = ['created_at', 'updated_at'] as const;
