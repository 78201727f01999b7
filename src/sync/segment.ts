import type { ApiObject } from '../recharge/answer.ts';
import { type Rows, taken } from '../recharge/packed-rows.ts';
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
  #latest: Span;
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
    this.#latest = { from: this.#from, to: this.#from };
    this.#progress = new SortedProgress(this.#from, options.settling);
  }

  /** What its first page is to be asked for. */
  get span(): Span {
    return { from: this.#from, to: this.#to };
  }

  /** From the first row of its latest page to the last. */
  get latest(): Span {
    return this.#latest;
  }

  /** Its chain need not go on. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Takes in the next page. */
  take(page: Page): Part {
    const head = this.#head;
    const all = taken(page.rows);
    const instants = risingInstants(all, head, this.#options.cursorOf);
    const { inOrder } = this.#progress;
    this.#progress.advance(instants, page.askedAt);
    if (inOrder && !this.#progress.inOrder) this.#options.onDisorder();
    const times = instants.filter(isTime);
    this.#latest = { from: times[0] ?? head, to: times.at(-1) ?? head };
    this.#lastRow = Math.max(this.#lastRow, ...times.filter((instant) => instant < this.#to));
    // What stands behind the end is another segment's, or behind end_date.
    const isWithin = instants.map((instant = this.#from) => instant < this.#to);
    const rows = isWithin.every(Boolean) ? all : rowsWhere(all, isWithin);
    // Only order makes sure that nothing before the end is still to come.
    const reachesEnd = this.#progress.inOrder && rows.length < all.length;
    return { rows, span: reachesEnd ? this.finish() : this.#advanceTo(this.#progress.cursor) };
  }

  /** Its listing is at its end: all of it has been read, but for what may still be hidden. */
  finish(): Span {
    this.#finished = true;
    this.#progress.complete();
    const { cursor, ceiling, limit } = this.#progress;
    return this.#advanceTo(this.#last ? Math.min(cursor, this.#lastRow) : Math.min(this.#to, ceiling, limit));
  }

  /** What could be given away at `now`: nothing that could still be hidden. */
  divisible(now: Instant): Span {
    const from = this.#head;
    return {
      from,
      to: this.finished ? from : Math.max(from, Math.min(this.#to, now - this.#options.settling)),
    };
  }

  /** Gives away what lies behind the first of these instants, cut at the others; no stretch is shorter than a second. */
  splitAt(instants: readonly Instant[]): Segment[] {
    const cuts = instants
      .map(floorToSecond)
      .filter((cut, index, all) => cut > this.#head && cut < this.#to && cut !== all[index - 1]);
    const given = cuts.map((from, index) => {
      const last = this.#last && index === cuts.length - 1;
      return new Segment({ ...this.#options, span: { from, to: cuts[index + 1] ?? this.#to }, last });
    });
    if (given.length > 0) this.#last = false;
    this.#to = cuts[0] ?? this.#to;
    return given;
  }

  /** How far its chain has read; what is written may lag behind, as far as updates may still be hidden. */
  get #head(): Instant {
    return Math.max(this.#position, this.#progress.largest);
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
