import type { ApiObject } from '../recharge/api-object.ts';
import { type Rows, taken } from '../recharge/packed-rows.ts';
import type { Page } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import { FilterIgnored, isMostlyOutside } from './ignored-filter.ts';
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
  /** Rows a millisecond, as far as one can tell. */
  readonly density?: number;
}

/** Milliseconds: a page whose rows are all of one moment is taken for a second's. */
const shortestPageMs = 1_000;
/** Of the pages that a part is to have, how much its time should hold: rows are never quite as even as they seem. */
const fullness = 0.99;

/**
 * A range of a stream's time, read page by page in order of the cursor. Its end may be given away while it is read: it is
 * finished at the first page that reaches the new end.
 *
 * It is complete up to its latest row, with two brakes. A row may lie hidden for the settling time: where a page reaches
 * into the last of it before it was requested, the slice is complete up to there for good, since later pages do not go
 * back. And once a row comes out of order, the order is not to be trusted: the slice stays where it is until its listing
 * is at its end, and goes no further than what was settled at its first page, since a row of any page may have changed
 * after that.
 */
export class Slice {
  readonly options: SliceOptions;
  readonly #from: Instant;
  #to: Instant;
  #isLast: boolean;
  /** Up to where it is complete. */
  #position: Instant;
  /** The latest row, and the latest before its end. */
  #largest = Number.NEGATIVE_INFINITY;
  #lastRow: Instant;
  /** What was updated later may have been hidden from the first page, from the latest, from any that came as far. */
  #firstSafeUntil: Instant | undefined;
  #safeUntil = Number.NEGATIVE_INFINITY;
  #maxSafeCursor = Number.POSITIVE_INFINITY;
  #inOrder = true;
  #isFinished = false;
  #splitOff: Slice[] = [];
  #pages = 0;
  /** Rows of a full page. */
  #limit = 0;
  #density: number;

  constructor(options: SliceOptions) {
    this.options = options;
    this.#from = options.range.from;
    this.#to = options.range.to;
    this.#isLast = options.isLast;
    this.#position = this.#from;
    this.#lastRow = this.#from;
    this.#density = options.density ?? 0;
  }

  /** What its first page is to be asked for. */
  get range(): TimeRange {
    return { from: this.#from, to: this.#to };
  }

  /** No further page is needed. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** How far its pages have read; what is complete may lag, as far as updates may still be hidden. */
  get head(): Instant {
    return Math.max(this.#position, this.#largest);
  }

  /** How many it has brought. */
  get pages(): number {
    return this.#pages;
  }

  /** Rows a millisecond in its latest page; before that, of the slice it was split off. */
  get density(): number {
    return this.#density;
  }

  /**
   * Where its listing is to begin anew, and takes what comes from there on again: in the second of its last row, or where
   * it began itself, if rows came out of order.
   */
  restart(): Instant {
    const from = this.#inOrder ? floorToSecond(this.head) : this.#from;
    this.#largest = Math.min(this.#largest, from);
    return from;
  }

  /** Takes in the next page; undefined for the end of its listing. @throws FilterIgnored */
  accept(page: Page | undefined): SliceBatch {
    if (page === undefined) return { rows: [], range: this.#finish() };
    const all = taken(page.rows);
    const instants = ascendingInstants(all, this.head, this.options.cursorOf);
    if (isMostlyOutside(instants, this.options.range)) throw new FilterIgnored();
    this.#measure(page, instants.filter(isTime));
    this.#follow(instants.filter(isTime), floorToSecond(page.requestedAt - this.options.settling));
    // What is after its end belongs to another slice, or is after end_date.
    const isWithin = instants.map((instant = this.#from) => instant < this.#to);
    const rows = isWithin.every(Boolean) ? all : Array.from(all).filter((_, index) => isWithin[index]);
    // Only order makes sure that nothing before the end is still to come.
    if (!this.#inOrder) return { rows, range: this.#advanceTo(this.#position) };
    const reachesEnd = rows.length < all.length;
    return { rows, range: reachesEnd ? this.#finish() : this.#advanceTo(this.#lastRow) };
  }

  /** What can be split off at `now`: nothing that could still be hidden. */
  unreadRange(now: Instant): TimeRange {
    const from = this.head;
    const to = Math.min(this.#to, now - this.options.settling);
    return { from, to: this.#isFinished ? from : Math.max(from, to) };
  }

  /**
   * Splits off all after the first of `parts` parts of what is unread, or of some less; none is shorter than a second. All
   * but the last are equal and have whole pages, as far as the density tells: part of a page costs a request, too.
   */
  split(parts: number, now: Instant): Slice[] {
    const { from, to } = this.unreadRange(now);
    const equal = (to - from) / parts;
    const pageMs = this.#limit / this.#density;
    const whole = Math.ceil(equal / pageMs) * pageMs * fullness;
    // Before the first page, and where no rows are expected, it is no number.
    const partMs = whole < (to - from) / 2 ? whole : equal;
    const cuts = Array.from({ length: parts - 1 }, (_, index) =>
      floorToSecond(from + partMs * (index + 1)),
    ).filter((cut, index, all) => cut > from && cut > this.#from && cut < to && cut !== all[index - 1]);
    const slices = cuts.map((cut, index) => {
      const isLast = this.#isLast && index === cuts.length - 1;
      const range = { from: cut, to: cuts[index + 1] ?? this.#to };
      return new Slice({ ...this.options, range, isLast, density: this.#density });
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

  #measure({ rows, limit }: Page, times: readonly Instant[]): void {
    this.#pages += 1;
    const ms = (times.at(-1) ?? this.head) - (times[0] ?? this.head);
    const isFull = rows.length >= limit;
    // An import of one second says nothing of the days after it.
    if (isFull && ms < shortestPageMs && this.#density > 0) return;
    this.#limit = limit;
    // A page that is not full is most likely the last.
    this.#density = isFull ? (rows.length - 1) / Math.max(ms, shortestPageMs) : 0;
  }

  #follow(times: readonly Instant[], safeUntil: Instant): void {
    this.#safeUntil = safeUntil;
    this.#firstSafeUntil ??= safeUntil;
    for (const time of times) {
      if (time < this.#largest && this.#inOrder) {
        this.#inOrder = false;
        this.options.onDisorder();
      }
      this.#largest = Math.max(this.#largest, time);
      if (time < this.#to) this.#lastRow = Math.max(this.#lastRow, time);
    }
    if (this.#largest > safeUntil) this.#maxSafeCursor = Math.min(this.#maxSafeCursor, safeUntil);
    if (!this.#inOrder) this.#maxSafeCursor = this.#firstSafeUntil;
  }

  /** All of it has been read, but for what may still be hidden. */
  #finish(): TimeRange {
    this.#isFinished = true;
    return this.#advanceTo(this.#isLast ? this.#lastRow : Math.min(this.#to, this.#safeUntil));
  }

  #advanceTo(instant: Instant): TimeRange {
    const from = this.#position;
    this.#position = Math.max(from, Math.min(instant, this.#maxSafeCursor, this.#to));
    return { from, to: this.#position };
  }
}

/** The instants of rows in ascending order, the first of which is not before `notBefore`, if it can be read so. */
export function ascendingInstants(
  rows: Iterable<ApiObject>,
  notBefore: Instant,
  cursorOf: SliceOptions['cursorOf'],
): (Instant | undefined)[] {
  let last: Instant | undefined;
  return Array.from(rows, (row) => {
    const instant = cursorOf(row, last ?? notBefore);
    if (instant !== undefined) last = Math.max(last ?? instant, instant);
    return instant;
  });
}

function isTime(instant: Instant | undefined): instant is Instant {
  return instant !== undefined;
}
