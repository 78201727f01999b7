import type { ApiObject } from '../recharge/answer.ts';
import type { Rows } from '../recharge/packed-rows.ts';
import type { Page } from '../recharge/pages.ts';
import type { Span } from './coverage.ts';
import { SortedProgress } from './cursor.ts';
import { floorToSecond, type Instant } from './instant.ts';

/** Rows for the destination, and the stretch of time that is read for good with them. */
export interface Part {
  readonly rows: Rows;
  readonly span: Span;
}

export interface SegmentOptions {
  readonly span: Span;
  /** Nothing lies behind it: its cursor is that of its last row, wherever it ends. */
  readonly last: boolean;
  /** Milliseconds for which an update may stay hidden. */
  readonly settling: number;
  /** When a row stands in time; `notBefore` is the row before it, for times that can be read in two ways. */
  readonly cursorOf: (row: ApiObject, notBefore: Instant) => Instant | undefined;
  /** Called at the first page that is not in order. */
  readonly onDisorder: () => void;
  /** Rows a millisecond, for a guess before the first page. */
  readonly density?: number;
}

/**
 * A stretch of a stream's time, read by one chain of pages in order of the cursor. Its end may be taken away while it
 * runs: the chain then stops at the first page that reaches the new end.
 */
export class Segment {
  readonly #options: SegmentOptions;
  readonly #progress: SortedProgress;
  readonly #from: Instant;
  #to: Instant;
  #last: boolean;
  #position: Instant;
  /** Rows a millisecond, on the latest page. */
  #density: number;
  /** The latest row before its end. */
  #lastRow: Instant;
  #finished = false;

  constructor(options: SegmentOptions) {
    this.#options = options;
    this.#from = options.span.from;
    this.#to = options.span.to;
    this.#last = options.last;
    this.#position = this.#from;
    this.#lastRow = this.#from;
    this.#density = options.density ?? 0;
    this.#progress = new SortedProgress(this.#from, options.settling);
  }

  /** What its first page is to be asked for. */
  get span(): Span {
    return { from: this.#from, to: this.#to };
  }

  /** What its chain has not come to yet. */
  get unread(): Span {
    return { from: this.#head, to: this.#to };
  }

  /** Its chain need not go on. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Takes in the next page. */
  take(page: Page): Part {
    const instants = risingInstants(page.rows, this.#head, this.#options.cursorOf);
    const { inOrder } = this.#progress;
    this.#progress.advance(instants, page.askedAt);
    if (inOrder && !this.#progress.inOrder) this.#options.onDisorder();
    this.#density = densityOf(instants) ?? this.#density;
    this.#lastRow = Math.max(
      this.#lastRow,
      ...instants.filter(isTime).filter((instant) => instant < this.#to),
    );
    // What stands behind the end is another segment's, or behind end_date.
    const isWithin = instants.map((instant = this.#from) => instant < this.#to);
    const rows = isWithin.every(Boolean) ? page.rows : rowsWhere(page.rows, isWithin);
    // Only order makes sure that nothing before the end is still to come.
    const reachesEnd = this.#progress.inOrder && rows.length < page.rows.length;
    return { rows, span: reachesEnd ? this.finish() : this.#advanceTo(this.#progress.cursor) };
  }

  /** Its listing is at its end: all of it has been read, but for what may still be hidden. */
  finish(): Span {
    this.#finished = true;
    this.#progress.complete();
    const { cursor, ceiling, limit } = this.#progress;
    return this.#advanceTo(this.#last ? Math.min(cursor, this.#lastRow) : Math.min(this.#to, ceiling, limit));
  }

  /** Rows that could be given away at `now`, going by how close together the latest page's lie. */
  rowsLeft(now: Instant): number {
    return this.timeLeft(now) * this.#density;
  }

  /** Milliseconds that could be given away at `now`. */
  timeLeft(now: Instant): number {
    return this.finished ? 0 : Math.max(0, this.#divisibleUpTo(now) - this.#head);
  }

  /** Gives away all but the first of `parts` equal stretches of what is left. No stretch is shorter than a second. */
  split(parts: number, now: Instant): Segment[] {
    const length = this.timeLeft(now) / parts;
    const cuts = Array.from({ length: parts - 1 }, (_, index) =>
      floorToSecond(this.#head + length * (index + 1)),
    ).filter((cut, index, all) => cut > this.#head && cut !== all[index - 1]);
    if (cuts.length === 0) return [];
    const density = this.#density;
    const given = cuts.map((from, index) => {
      const last = this.#last && index === cuts.length - 1;
      return new Segment({
        ...this.#options,
        span: { from, to: cuts[index + 1] ?? this.#to },
        last,
        density,
      });
    });
    this.#to = cuts[0] ?? this.#to;
    this.#last = false;
    return given;
  }

  /** How far its chain has read; what is written may lag behind, as far as updates may still be hidden. */
  get #head(): Instant {
    return Math.max(this.#position, this.#progress.largest);
  }

  /** Nothing is given away that could still be hidden. */
  #divisibleUpTo(now: Instant): Instant {
    return Math.min(this.#to, now - this.#options.settling);
  }

  #advanceTo(instant: Instant): Span {
    const from = this.#position;
    this.#position = Math.max(from, Math.min(instant, this.#to));
    return { from, to: this.#position };
  }
}

/** Those of the rows that are wanted, by their order. */
function rowsWhere(rows: Rows, isWanted: readonly boolean[]): Rows {
  return {
    length: isWanted.filter(Boolean).length,
    *[Symbol.iterator]() {
      let index = 0;
      for (const row of rows) if (isWanted[index++] === true) yield row;
    },
  };
}

/** From the first row to the last of a page; undefined where that tells nothing. */
function densityOf(instants: readonly (Instant | undefined)[]): number | undefined {
  const [first, last] = [instants.find(isTime), instants.findLast(isTime)];
  if (first === undefined || last === undefined || instants.length < 2) return undefined;
  return instants.length / Math.max(1_000, last - first);
}

/** The instants of rows in rising order, behind those that go as far as `notBefore`. */
export function risingInstants(
  rows: Iterable<ApiObject>,
  notBefore: Instant,
  cursorOf: SegmentOptions['cursorOf'],
): (Instant | undefined)[] {
  let last = notBefore;
  return Array.from(rows, (row) => {
    const instant = cursorOf(row, last);
    if (instant !== undefined) last = Math.max(last, instant);
    return instant;
  });
}

function isTime(instant: Instant | undefined): instant is Instant {
  return instant !== undefined;
}
