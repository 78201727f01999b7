import type { Switches } from '../options.ts';
import type { Slot } from '../store/sorted-index.ts';
import type { Table } from '../store/table.ts';
import { parseFilterDate } from './dates.ts';
import type { Endpoint } from './endpoint.ts';
import { invalid } from './refusal.ts';

/** Parameters for paging and sorting, which are no filters. */
export const PAGING: ReadonlySet<string> = new Set([
  'limit',
  'page',
  'sort_by',
  'cursor',
  'page_info',
  'include',
]);

/** A time filter: seconds since 1970, both ends inclusive. */
interface Range {
  readonly min: number;
  readonly max: number;
}

/** The filters of a request, read and checked. */
export interface Filters {
  readonly ranges: ReadonlyMap<string, Range>;
  readonly flags: ReadonlySet<string>;
  /** True for a row that passes all filters. */
  accepts(table: Table, slot: Slot): boolean;
}

/**
 * Reads the filters of a request. Throws Refusal 422 for a bad date, a time filter where there is none, a
 * missing required parameter and, where `unknownParameters` is `refuse`, an unknown one.
 */
export function readFilters(
  endpoint: Endpoint,
  values: Readonly<Record<string, string>>,
  switches: Switches,
): Filters {
  const ranges = new Map<string, Range>();
  const wanted: (readonly [string, ReadonlySet<string>])[] = [];
  const flags = new Set<string>();
  if (endpoint.required !== undefined && !values[endpoint.required]) {
    throw invalid(endpoint.required, 'Missing data for required field.');
  }
  for (const [name, value] of Object.entries(values)) {
    const field = endpoint.matches[name];
    const bound = /^(\w+)_(min|max)$/.exec(name);
    if (field !== undefined) wanted.push([field, new Set(value.split(','))]);
    else if (endpoint.flags?.includes(name)) {
      if (value === 'true' || value === '1') flags.add(name);
    } else if (bound)
      readBound(endpoint, bound[1] as string, bound[2] as 'min' | 'max', value, switches, ranges);
    else if (switches.unknownParameters === 'refuse') throw invalid(name, 'Unknown field.');
  }
  return {
    ranges,
    flags,
    accepts: (table, slot) => inRanges(ranges, table, slot) && matches(wanted, table, slot),
  };
}

function readBound(
  endpoint: Endpoint,
  field: string,
  side: 'min' | 'max',
  value: string,
  switches: Switches,
  ranges: Map<string, Range>,
): void {
  const name = `${field}_${side}`;
  if (!endpoint.times.includes(field)) {
    const { doubtful } = endpoint;
    const rule = doubtful?.times.includes(field) ? switches.timeFilters[doubtful.resource] : 'refuse';
    if (rule === 'refuse') throw invalid(name, 'Unknown field.');
    if (rule === 'ignore') return;
  }
  const at = parseFilterDate(value, switches.naiveZone);
  if (at === null) throw invalid(name, `Invalid date: ${value}. Must be a valid ISO-8601 datetime string`);
  const { min = -Infinity, max = Infinity } = ranges.get(field) ?? {};
  ranges.set(field, side === 'min' ? { min: at, max } : { min, max: at });
}

function inRanges(ranges: ReadonlyMap<string, Range>, table: Table, slot: Slot): boolean {
  for (const [field, { min, max }] of ranges) {
    const at = table.fact(slot, field);
    if (typeof at !== 'number' || at < min || at > max) return false;
  }
  return true;
}

function matches(
  wanted: readonly (readonly [string, ReadonlySet<string>])[],
  table: Table,
  slot: Slot,
): boolean {
  for (const [field, values] of wanted) {
    const fact = field === 'id' ? slot.id : table.fact(slot, field);
    if (!values.has(String(fact))) return false;
  }
  return true;
}
