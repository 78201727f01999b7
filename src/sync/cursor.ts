import type { JsonObject } from '../airbyte/index.ts';
import type { Coverage, TimeRange } from './coverage.ts';
import { type Instant, parseUtc, floorToSecond, parseStoreTime, toText } from './instant.ts';

/** The part of time a sync is asked for. Instants are inclusive at both ends. */
export interface Window {
  readonly start: Instant;
  readonly end?: Instant | undefined;
  /** Milliseconds to read again before a saved cursor. */
  readonly lookback: number;
  /** Milliseconds by which Recharge's reads may lag behind its writes: no cursor is saved later than now minus this. */
  readonly settling: number;
}

export function stateOf(field: string, cursor: Instant): JsonObject {
  return { [field]: toText(cursor) };
}

/** The state's key for what is read after the cursor: `[["2024-05-01T10:00:00+00:00", "2024-06-01T00:00:00+00:00"], …]`, each end exclusive. */
const completedRangesKey = 'read_beyond';

/** A coverage as a state: plain `{updated_at}` unless a parallel sync is under way. Whole seconds, rounded to the safe side. */
export function stateOfCoverage(field: string, coverage: Coverage): JsonObject {
  const ranges = coverage.completedRanges
    .map(({ from, to }) => ({ from: -floorToSecond(-from), to: floorToSecond(to) }))
    .filter(({ from, to }) => from < to)
    .map(({ from, to }) => [toText(from), toText(to)]);
  return { ...stateOf(field, coverage.cursor), ...(ranges.length > 0 && { [completedRangesKey]: ranges }) };
}

/** So many of them are taken from a state: twice the slices that a sync reads at once. */
const mostRanges = 256;

/** What a state says was read after its cursor. What it says badly is read again, and so is what is beyond the most. */
export function savedCompletedRanges(state: JsonObject | undefined): TimeRange[] {
  const saved = state?.[completedRangesKey];
  if (!Array.isArray(saved)) return [];
  return saved.slice(0, mostRanges).flatMap((pair) => {
    const [from, to] = Array.isArray(pair)
      ? pair.map((text) => (typeof text === 'string' ? parseUtc(text) : undefined))
      : [];
    return from !== undefined && to !== undefined && from < to ? [{ from, to }] : [];
  });
}

/** Reads a time; `notBefore` is where the rows before it stand. Undefined for what is no time. */
export type ParseTime = (text: string, notBefore: Instant) => Instant | undefined;

/**
 * The instant a row stands at; undefined for a row without one, which is emitted all the same.
 * @param parse says what a time without zone counts as: `parseStoreTime` is never earlier than the moment meant,
 * `parseUtc` and `parseStoreTimeAscending` are never later
 */
export function cursorOf(
  row: Readonly<Record<string, unknown>>,
  field: string,
  parse: ParseTime = parseStoreTime,
  notBefore: Instant = Number.NEGATIVE_INFINITY,
): Instant | undefined {
  const value = row[field];
  return typeof value === 'string' ? parse(value, notBefore) : undefined;
}

/**
 * Asks for a range of time and its end, though that is left to the range after it: the API may take its upper bound as
 * exclusive (docs/recharge-api.md#date-filters), and keep fractions that it does not show.
 */
export function boundsOf(field: string, { from, to }: TimeRange): Readonly<Record<string, string>> {
  const min = { [`${field}_min`]: toText(from) };
  return Number.isFinite(to) ? { ...min, [`${field}_max`]: toText(to) } : min;
}

/** Where a sync begins to read: inclusive, in whole seconds, and never before the start date. */
export function lowerBound(saved: Instant | undefined, window: Window): Instant {
  return floorToSecond(Math.max(window.start, saved === undefined ? window.start : saved - window.lookback));
}

/** The cursor after a complete listing in no order, whose first page was requested at `requestedAt`. Never earlier than `begin`. */
export function cursorAfterAll(
  begin: Instant,
  largest: Instant,
  requestedAt: Instant,
  { settling }: Pick<Window, 'settling'>,
): Instant {
  return Math.max(begin, Math.min(largest, floorToSecond(requestedAt - settling)));
}
