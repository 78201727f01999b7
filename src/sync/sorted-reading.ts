import type { Batch } from '../airbyte/stream.ts';
import { Coverage, type Span } from './coverage.ts';
import { lowerBound, savedBeyond, stateOfCoverage, type Window } from './cursor.ts';
import { floorToSecond, type Instant } from './instant.ts';
import type { Member } from './member.ts';
import type { Part } from './segment.ts';

/** How far one stream has come in a listing that is sorted by its cursor. */
export class SortedReading {
  readonly #member: Member;
  readonly #cursorField: string;
  readonly #coverage: Coverage;
  /** What this sync is to read for it. */
  readonly gaps: readonly Span[];

  constructor(member: Member, cursorField: string, window: Window) {
    const { saved, state } = member;
    const from = lowerBound(saved, window);
    this.#member = member;
    this.#cursorField = cursorField;
    this.#coverage = new Coverage(Math.max(saved ?? window.start, from), savedBeyond(state));
    this.gaps = this.#coverage.gaps(from, endOf(window.end));
  }

  take({ rows, span }: Part): Batch {
    this.#coverage.add(span);
    return this.#member.batch(rows, stateOfCoverage(this.#cursorField, this.#coverage));
  }

  /** What a stream ends with, whether anything was to be read or not. */
  end(): Batch {
    return this.#member.batch([], stateOfCoverage(this.#cursorField, this.#coverage));
  }
}

/** Where reading ends, exclusive. */
export function endOf(end: Instant | undefined): Instant {
  return end === undefined ? Number.POSITIVE_INFINITY : floorToSecond(end) + 1_000;
}
