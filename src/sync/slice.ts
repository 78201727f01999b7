import type { ApiObject } from '../recharge/api-object.ts';
import { type Rows, taken } from '../recharge/packed-rows.ts';
import type { Page } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import { WatermarkTracker } from './cursor.ts';
import { floorToSecond, type Instant } from './instant.ts';

/** Rows for the destination, and the range of time that is complete with them. */
export interface SliceBatch {
  readonly rows: Rows;
  readonly range: TimeRange;
}

export interface SliceOptions {
  readonly range: TimeRange;
  /** No slice follows: its cursor is that of its last row, wherever it ends. */
  readonly isLast: boolean;
  /** Milliseconds for which an update may stay hidden. */
  readonly settling: number;
  /** When a row stands in time; `notBefore` is the row before it, for times that can be read in two ways. */
  readonly cursorOf: (row: ApiObject, notBefore: Instant) => Instant | undefined;
  /** Called at the first page that is not in order. */
  readonly onDisorder: () => void;
}

/**
 * A range of a stream's time, read page by page in order of the cursor. Its end may be given away while it is read: it is
 * finished at the first page that reaches the new end.
 */
export class Slice {
  readonly #options: SliceOptions;
  readonly #watermark: WatermarkTracker;
  readonly #from: Instant;
  #to: Instant;
  #isLast: boolean;
  /** Up to where it is complete. */
  #position: Instant;
  /** The latest row before its end. */
  #lastRow: Instant;
  #latest: TimeRange;
  #isFinished = false;
  #splitOff: Slice[] = [];

  constructor(options: SliceOptions) {
    this.#options = options;
    this.#from = options.range.from;
    this.#to = options.range.to;
    this.#isLast = options.isLast;
    this.#position = this.#from;
    this.#lastRow = this.#from;
    this.#latest = { from: this.#from, to: this.#from };
    this.#watermark = new WatermarkTracker(this.#from, options.settling);
  }

  /** What its first page is to be asked for. */
  get range(): TimeRange {
    return { from: this.#from, to: this.#to };
  }

  /** From the first row of its latest page to the last. */
  get latest(): TimeRange {
    return this.#latest;
  }

  /** No further page is needed. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Takes in the next page; undefined for the end of its listing. */
  accept(page: Page | undefined): SliceBatch {
    return page === undefined ? { rows: [], range: this.#finish() } : this.#acceptPage(page);
  }

  /** What can be split off at `now`: nothing that could still be hidden. */
  unreadRange(now: Instant): TimeRange {
    const from = this.#head;
    const to = Math.min(this.#to, now - this.#options.settling);
    return { from, to: this.#isFinished ? from : Math.max(from, to) };
  }

  /** Splits off all after the first of `parts` equal parts of what is unread; none is shorter than a second. */
  split(parts: number, now: Instant): Slice[] {
    const { from, to } = this.unreadRange(now);
    const cuts = Array.from({ length: parts - 1 }, (_, index) =>
      floorToSecond(from + ((to - from) * (index + 1)) / parts),
    ).filter((cut, index, all) => cut > from && cut > this.#from && cut < this.#to && cut !== all[index - 1]);
    const slices = cuts.map((cut, index) => {
      const isLast = this.#isLast && index === cuts.length - 1;
      const range = { from: cut, to: cuts[index + 1] ?? this.#to };
      return new Slice({ ...this.#options, range, isLast });
    });
    if (slices.length > 0) this.#isLast = false;
    this.#to = cuts[0] ?? this.#to;
    return slices;
  }

  /** Asks its first page for half of its time; the other half is read once that page has come. */
  splitWindow(now: Instant): void {
    this.#splitOff.push(...this.split(2, now));
  }

  /** What `splitWindow` has split off since the last call. */
  takeSplitOff(): Slice[] {
    return this.#splitOff.splice(0);
  }

  #acceptPage(page: Page): SliceBatch {
    const head = this.#head;
    const all = taken(page.rows);
    const instants = ascendingInstants(all, head, this.#options.cursorOf);
    const { inOrder } = this.#watermark;
    this.#watermark.advance(instants, page.requestedAt);
    if (inOrder && !this.#watermark.inOrder) this.#options.onDisorder();
    const times = instants.filter(isTime);
    this.#latest = { from: times[0] ?? head, to: times.at(-1) ?? head };
    this.#lastRow = Math.max(this.#lastRow, ...times.filter((instant) => instant < this.#to));
    // What is after its end belongs to another slice, or is after end_date.
    const isWithin = instants.map((instant = this.#from) => instant < this.#to);
    const rows = isWithin.every(Boolean) ? all : Array.from(all).filter((_, index) => isWithin[index]);
    // Only order makes sure that nothing before the end is still to come.
    const reachesEnd = this.#watermark.inOrder && rows.length < all.length;
    return { rows, range: reachesEnd ? this.#finish() : this.#advanceTo(this.#watermark.cursor) };
  }

  /** All of it has been read, but for what may still be hidden. */
  #finish(): TimeRange {
    this.#isFinished = true;
    this.#watermark.complete();
    const { cursor, maxSafeCursor, safeUntil } = this.#watermark;
    return this.#advanceTo(
      this.#isLast ? Math.min(cursor, this.#lastRow) : Math.min(this.#to, maxSafeCursor, safeUntil),
    );
  }

  /** How far its pages have read; what is complete may lag, as far as updates may still be hidden. */
  get #head(): Instant {
    return Math.max(this.#position, this.#watermark.largest);
  }

  #advanceTo(instant: Instant): TimeRange {
    const from = this.#position;
    this.#position = Math.max(from, Math.min(instant, this.#to));
    return { from, to: this.#position };
  }
}

/** The instants of rows in ascending order, the first of which is not before `notBefore`. */
export function ascendingInstants(
  rows: Iterable<ApiObject>,
  notBefore: Instant,
  cursorOf: SliceOptions['cursorOf'],
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
