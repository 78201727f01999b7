import type { Instant } from './instant.ts';

/** A stretch of time: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Which part of time a stream has read, for good: everything before its cursor, and stretches beyond it that were
 * read by others than the first of several parallel listings.
 *
 * Adding never takes anything away, so a cursor never moves back.
 */
export class Coverage {
  /** In order, and neither touching nor overlapping; the first reaches back to the beginning of time. */
  #spans: readonly TimeRange[];

  constructor(cursor: Instant, beyond: readonly TimeRange[] = []) {
    this.#spans = merge([{ from: Number.NEGATIVE_INFINITY, to: cursor }, ...beyond]);
  }

  /** All before this has been read. */
  get cursor(): Instant {
    return this.#spans[0]?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** What has been read beyond the cursor. */
  get beyond(): readonly TimeRange[] {
    return this.#spans.slice(1);
  }

  add(span: TimeRange): void {
    if (span.from < span.to) this.#spans = merge([...this.#spans, span]);
  }

  /** What is left to read from `from` on: `from` may lie before the cursor, to read a stretch again. */
  gaps(from: Instant, to: Instant): TimeRange[] {
    const done = this.beyond.filter((span) => span.to > from && span.from < to);
    const starts = [from, ...done.map((span) => span.to)];
    const ends = [...done.map((span) => span.from), to];
    return starts
      .map((start, index) => ({ from: start, to: ends[index] ?? to }))
      .filter((gap) => gap.from < gap.to);
  }
}

/**
 * What any of these streams has to read, cut wherever a gap of one of them begins or ends: each stretch is wholly in
 * or wholly outside every stream's gaps. In order; of a single stream it is its gaps.
 */
export function commonStretches(gapsOfAll: readonly (readonly TimeRange[])[]): TimeRange[] {
  const cuts = [...new Set(gapsOfAll.flat().flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  return cuts
    .map((from, index) => ({ from, to: cuts[index + 1] ?? from }))
    .filter(({ from }) => gapsOfAll.some((gaps) => holds(gaps, from)));
}

/** Whether an instant lies in one of these stretches. */
export function holds(spans: readonly TimeRange[], instant: Instant): boolean {
  return spans.some(({ from, to }) => from <= instant && instant < to);
}

function merge(spans: readonly TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.to) merged.push(span);
    else if (span.to > last.to) merged[merged.length - 1] = { from: last.from, to: span.to };
  }
  return merged;
}
