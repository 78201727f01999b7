import type { Batch, JsonObject } from '../airbyte/index.ts';
import { Coverage, type TimeRange } from './coverage.ts';
import { lowerBound, savedCompletedRanges, stateOf, stateOfCoverage, type Window } from './cursor.ts';
import { floorToSecond, type Instant } from './instant.ts';
import type { StreamRun } from './stream-run.ts';
import type { SliceBatch } from './slice.ts';

/** How far one stream has come in a listing that is sorted by its cursor. */
export class SortedReading {
  readonly run: StreamRun;
  readonly #cursorField: string;
  readonly #coverage: Coverage;
  readonly #begin: Instant;
  readonly #end: Instant;
  /** What this sync is to read for it. */
  readonly gaps: readonly TimeRange[];

  constructor(run: StreamRun, cursorField: string, window: Window) {
    const { saved, request } = run;
    const from = lowerBound(saved, window);
    this.run = run;
    this.#cursorField = cursorField;
    this.#begin = Math.max(saved ?? window.start, from);
    this.#coverage = new Coverage(this.#begin, savedCompletedRanges(request.state));
    this.#end = endOf(window.end);
    this.gaps = this.#coverage.gaps(from, this.#end);
  }

  get cursor(): Instant {
    return this.#coverage.cursor;
  }

  accept({ rows, range }: SliceBatch): Batch {
    this.#coverage.add(range);
    return this.run.batch(rows, this.#state, this.#share);
  }

  /** What a stream ends with, whether anything was to be read or not. */
  end(): Batch {
    return this.run.batch([], this.#state);
  }

  /** Of the time that this sync reads. Rows are not spread evenly over it, so it is no share of them. */
  get #share(): number {
    const end = Math.min(this.#end, Date.now());
    const left = this.#coverage
      .gaps(this.#coverage.cursor, end)
      .reduce((sum, { from, to }) => sum + to - from, 0);
    return 1 - left / Math.max(1, end - this.#begin);
  }

  get #state(): JsonObject {
    const { cursor, completedRanges } = this.#coverage;
    const { saved } = this.run;
    // Where start_date lies after the saved cursor and nothing was read, nothing is said of the time between.
    return saved !== undefined && cursor === this.#begin && completedRanges.length === 0
      ? stateOf(this.#cursorField, saved)
      : stateOfCoverage(this.#cursorField, this.#coverage);
  }
}

/** Where reading ends, exclusive. */
export function endOf(end: Instant | undefined): Instant {
  return end === undefined ? Number.POSITIVE_INFINITY : floorToSecond(end) + 1_000;
}
