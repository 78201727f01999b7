import type { Instant } from './instant.ts';

/** A range of time: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** What a stream has read for good: all time before its cursor, which never moves back, and ranges after it. */
export class Coverage {
  /** In order, and neither touching nor overlapping; the first reaches back to the beginning of time. */
  #ranges: readonly TimeRange[];

  constructor(cursor: Instant, completedRanges: readonly TimeRange[] = []) {
    this.#ranges = merge([{ from: Number.NEGATIVE_INFINITY, to: cursor }, ...completedRanges]);
  }

  /** All before this has been read. */
  get cursor(): Instant {
    return this.#ranges[0]?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** What has been read after the cursor: in order, and neither touching nor overlapping. */
  get completedRanges(): readonly TimeRange[] {
    return this.#ranges.slice(1);
  }

  add(range: TimeRange): void {
    if (range.from < range.to) this.#ranges = merge([...this.#ranges, range]);
  }

  /** What is left to read from `from` on: `from` may lie before the cursor, to read a stretch again. */
  gaps(from: Instant, to: Instant): TimeRange[] {
    const done = this.completedRanges;
    return cutAtEnds([{ from, to }, ...done]).filter(
      (part) => part.from >= from && part.to <= to && !holds(done, part.from),
    );
  }
}

/** What any of these streams has to read, in order: each range is wholly in or wholly outside each stream's gaps. */
export function commonRanges(gapsOfAll: readonly (readonly TimeRange[])[]): TimeRange[] {
  return cutAtEnds(gapsOfAll.flat()).filter(({ from }) => gapsOfAll.some((gaps) => holds(gaps, from)));
}

/** The time from the first to the last end of these ranges, cut at each of their ends. */
function cutAtEnds(ranges: readonly TimeRange[]): TimeRange[] {
  const cuts = [...new Set(ranges.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  return cuts.slice(1).map((to, index) => ({ from: cuts[index] ?? to, to }));
}

/** Whether an instant lies in one of these ranges. */
export function holds(ranges: readonly TimeRange[], instant: Instant): boolean {
  return ranges.some(({ from, to }) => from <= instant && instant < to);
}

function merge(ranges: readonly TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to) merged.push(range);
    else if (range.to > last.to) merged[merged.length - 1] = { from: last.from, to: range.to };
  }
  return merged;
}
