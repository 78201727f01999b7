import type { Batch, JsonObject } from '../airbyte/index.ts';
import { Coverage, type TimeRange } from './coverage.ts';
import { lowerBound, savedCompletedRanges, stateOf, stateOfCoverage, type Window } from './cursor.ts';
import { floorToSecond, type Instant } from './instant.ts';
import type { StreamRun } from './stream-run.ts';
import type { SliceBatch } from './slice.ts';

/** How far one stream has come in a listing that is sorted by its cursor. */
export class SortedReading {
  readonly #run: StreamRun;
  readonly #cursorField: string;
  readonly #coverage: Coverage;
  readonly #begin: Instant;
  /** What this sync is to read for it. */
  readonly gaps: readonly TimeRange[];

  constructor(run: StreamRun, cursorField: string, window: Window) {
    const { saved, state } = run;
    const from = lowerBound(saved, window);
    this.#run = run;
    this.#cursorField = cursorField;
    this.#begin = Math.max(saved ?? window.start, from);
    this.#coverage = new Coverage(this.#begin, savedCompletedRanges(state));
    this.gaps = this.#coverage.gaps(from, endOf(window.end));
  }

  accept({ rows, range }: SliceBatch): Batch {
    this.#coverage.add(range);
    return this.#run.batch(rows, this.#state);
  }

  /** What a stream ends with, whether anything was to be read or not. */
  end(): Batch {
    return this.#run.batch([], this.#state);
  }

  get #state(): JsonObject {
    const { cursor, completedRanges } = this.#coverage;
    const { saved } = this.#run;
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
