import type { Switches } from '../options.ts';
import { edge, lowestKey, type Position, type Slot } from '../store/sorted-index.ts';
import type { Table } from '../store/table.ts';
import { type Cursor, encodeCursor, type Sort } from './cursor.ts';
import type { Filters } from './filters.ts';
import { isHidden } from './visibility.ts';
import type { Endpoint } from './endpoint.ts';

/** What to list, and from which position. */
export interface Plan {
  readonly endpoint: Endpoint;
  readonly sort: Sort;
  readonly filters: Filters;
  /** The filters as they were sent, which cursors carry. */
  readonly sent: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly from: Position | null;
  readonly towards: 'next' | 'prev';
  /** Rows to skip before the page, for page numbers. */
  readonly skip: number;
}

/** One page in its order, with cursors to the next and the previous page. */
export interface Page {
  readonly slots: readonly Slot[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** Cuts a page out of the rows as they are now (docs/recharge-api.md#cursors: a cursor is no snapshot). */
export function cutPage(plan: Plan, table: Table, now: number, switches: Switches): Page {
  const shown = (slot: Slot): boolean =>
    !isHidden(plan.endpoint.resource, table, slot, now, plan.filters.flags, switches);
  const rows = matching(plan, table, switches.sparsePages ? () => true : shown);
  for (let skipped = 0; skipped < plan.skip; skipped += 1) if (!rows()) break;
  const slots: Slot[] = [];
  let slot = rows();
  for (; slot && slots.length < plan.limit; slot = rows()) slots.push(slot);
  const more = slot !== undefined || (switches.fullLastPage === 'cursor' && slots.length === plan.limit);
  const backwards = plan.towards === 'prev';
  if (backwards) slots.reverse();
  const [first, last] = [slots[0], slots.at(-1)];
  const cursor = (at: Slot, towards: 'next' | 'prev'): string => cursorAt(plan, table, at, towards);
  return {
    slots: switches.sparsePages ? slots.filter(shown) : slots,
    next: last && (backwards || more) ? cursor(last, 'next') : null,
    previous:
      first && (backwards ? more : plan.from !== null || plan.skip > 0) ? cursor(first, 'prev') : null,
  };
}

/** The number of rows in a list, counted up to `most`. */
export function countRows(plan: Plan, table: Table, now: number, switches: Switches, most: number): number {
  const shown = (slot: Slot): boolean =>
    !isHidden(plan.endpoint.resource, table, slot, now, plan.filters.flags, switches);
  const rows = matching({ ...plan, from: null }, table, shown);
  let count = 0;
  while (count < most && rows()) count += 1;
  return count;
}

function matching(plan: Plan, table: Table, shown: (slot: Slot) => boolean): () => Slot | undefined {
  const { filters, sort } = plan;
  const direction = (plan.towards === 'prev' ? -sort.direction : sort.direction) as 1 | -1;
  const range = filters.ranges.get(sort.field);
  const start = direction === 1 ? range?.min : range?.max;
  const end = direction === 1 ? range?.max : range?.min;
  const first =
    start === undefined || !Number.isFinite(start)
      ? edge(sort.field, direction)
      : { key: start, id: -direction * Infinity };
  const next = table.sorted(sort.field).walk(direction, plan.from ?? first);
  return () => {
    for (let slot = next(); slot; slot = next()) {
      if (end !== undefined && past(table.fact(slot, sort.field), end, direction)) return undefined;
      if (filters.accepts(table, slot) && shown(slot)) return slot;
    }
    return undefined;
  };
}

/** True past the filtered range of the sorted field: no later row can match. */
function past(at: string | number | null, end: number, direction: 1 | -1): boolean {
  return typeof at === 'number' && (at - end) * direction > 0;
}

function cursorAt(
  { endpoint, sort, sent, limit }: Plan,
  table: Table,
  slot: Slot,
  towards: Cursor['towards'],
): string {
  const key = sort.field === 'id' ? slot.id : (table.fact(slot, sort.field) ?? lowestKey(sort.field));
  return encodeCursor({
    endpoint: endpoint.resource,
    sort,
    position: { key, id: slot.id },
    towards,
    filters: sent,
    limit,
  });
}
