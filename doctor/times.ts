import type { JsonObject } from '../src/airbyte/index.ts';
import { parseStoreTime, parseUtc } from '../src/sync/instant.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** When a row says it was changed: in milliseconds since the epoch, the earliest and the latest it can mean. */
export interface RowTime {
  readonly first: number;
  readonly last: number;
  /** Without an offset. */
  readonly isNaive: boolean;
}

/** Undefined where the field holds no time. */
export function timeOf(row: JsonObject, field: string): RowTime | undefined {
  const value = row[field];
  if (typeof value !== 'string') return undefined;
  const [first, last] = [parseUtc(value), parseStoreTime(value)];
  if (first === undefined || last === undefined || !value.includes(':')) return undefined;
  return { first, last, isNaive: first !== last };
}

/** The times of those rows that have one. */
export function timesOf(rows: readonly JsonObject[], field: string): RowTime[] {
  return rows.flatMap((row) => timeOf(row, field) ?? []);
}

export type Age = 'older than 90 days' | 'older than 7 days' | 'within 7 days' | 'not shown';

/** How old the oldest is, at least. */
export function ageOf(times: readonly RowTime[], now: number): Age {
  if (times.length === 0) return 'not shown';
  const oldest = Math.min(...times.map(({ last }) => last));
  if (oldest < now - 90 * day) return 'older than 90 days';
  return oldest < now - 7 * day ? 'older than 7 days' : 'within 7 days';
}

export type Zone = 'with offset' | 'UTC' | 'New York' | 'unknown' | 'not shown';

/** Clocks differ by some minutes. */
const skewMs = hour / 6;
/** So many changes within so short a time show that a store was busy: it would not have stopped for hours since. */
const [busyChanges, busyMs] = [3, hour / 2];

/**
 * Whose clock times without an offset show. One that New York's clock would have in the future is UTC's; some that are
 * fresh by New York's clock, where all are hours old by UTC, are New York's. Unknown where no row is fresh.
 */
export function zoneOf(times: readonly RowTime[], now: number): Zone {
  const naive = times.filter(({ isNaive }) => isNaive);
  if (naive.length === 0) return times.length === 0 ? 'not shown' : 'with offset';
  if (naive.some(({ first }) => first > now + skewMs)) return 'unknown';
  if (naive.some(({ last }) => last > now + skewMs)) return 'UTC';
  // A row that came in several answers has changed once.
  const fresh = new Set(naive.map(({ last }) => last).filter((last) => last > now - busyMs));
  return fresh.size >= busyChanges ? 'New York' : 'unknown';
}
