import type { Instant } from './instant.ts';
import type { Segment } from './segment.ts';
import { Timeline } from './timeline.ts';

export interface SplitterOptions {
  /** How many more requests the rate limit and memory would bear now, where so many pages are left to read. */
  readonly spare: (left: number) => number;
  readonly now: () => Instant;
  /** Rows in a full page. */
  readonly pageSize: number;
}

/** Parts that may be out without a page of their own: so many, and so many more for each page that was worth asking for. */
const untriedAtFirst = 6;
const untriedAPage = 12;
/** Before as many pages have come for each of those, their news is worth more than another guess. */
const newsFirst = 4;
/** Where there are fewer pages for each chain, parts are split before their first page is here. */
const tooShortToWait = 7;
/** A stream of fewer pages is not split at all. */
const smallStream = 4;
/** Up to so many pages a stream is split as far as that makes it faster. */
const shortStream = 550;
/** Pages in the smallest parts of such a stream: less than one, since those that turn out longer are what is waited for. */
const smallestOfShort = 0.7;
/** Of a longer one, what requests may bring too little, as a part of all pages. */
const mostWaste = 0.02;
/** A segment's last page is half full, on average. */
const wasteOfSegment = 0.5;

/** Pages that are left of a segment, as far as one can tell. */
interface Left {
  readonly segment: Segment;
  readonly pages: number;
}

/**
 * Decides which segments of a stream to split, where, and into how many: by where its pages so far have shown its rows to
 * lie, and by what its splits have cost (docs/decisions/0001).
 */
export class Splitter {
  readonly #options: SplitterOptions;
  readonly #timeline = new Timeline();
  readonly #open: Set<Segment>;
  /** Those that have brought a page since they were last split: of them one knows how dense they are. */
  readonly #known = new WeakSet<Segment>();
  /** Those that have brought no page yet: of them one knows nothing but a guess. */
  readonly #untried: Set<Segment>;
  /** Rows of each segment's latest page. */
  readonly #latest = new WeakMap<Segment, number>();
  /** Pages read, as if all had been full, and what of the last pages of segments was empty. */
  #pages = 0;
  #wasted = 0;

  constructor(options: SplitterOptions, segments: readonly Segment[]) {
    this.#options = options;
    this.#open = new Set(segments);
    this.#untried = new Set(segments);
  }

  /** Takes note of a segment's latest page: its rows, undefined for the end of its listing, and whether it was full. */
  note(segment: Segment, rows: number | undefined, isFull: boolean): void {
    this.#untried.delete(segment);
    this.#learn(segment, rows, isFull);
    if (rows !== undefined) {
      this.#pages += rows / this.#options.pageSize;
      this.#latest.set(segment, rows);
      this.#known.add(segment);
    }
    if (!segment.finished) return;
    if (this.#open.delete(segment))
      this.#wasted += 1 - (this.#latest.get(segment) ?? 0) / this.#options.pageSize;
  }

  /** Pages that a segment may still have. */
  pagesLeft(segment: Segment): number {
    return this.#timeline.rowsIn(segment.divisible(this.#options.now())) / this.#options.pageSize;
  }

  /** New segments for the room there is; `aboutToAsk` chains are between two requests and have a claim to it. */
  split(aboutToAsk: number): Segment[] {
    const all: Segment[] = [];
    if (newsFirst * this.#untried.size > this.#pages) return all;
    let left = this.#left();
    const room = this.#options.spare(total(left)) - aboutToAsk;
    while (all.length < room) {
      const given = this.#splitLargest(left, room - all.length);
      if (given.length === 0) break;
      all.push(...given);
      left = this.#left();
    }
    return all;
  }

  /** For a segment that is too wide to be asked for at once. */
  halve(segment: Segment): Segment[] {
    return this.#split(segment, 2);
  }

  #learn(segment: Segment, rows: number | undefined, isFull: boolean): void {
    const to = Math.min(segment.span.to, this.#options.now());
    if (rows === undefined) {
      if (!this.#latest.has(segment)) this.#timeline.note({ from: segment.span.from, to }, 0);
    } else if (rows > 0) {
      // Behind a page that is not full, or that reaches the end, there is nothing.
      const isLast = segment.finished || !isFull;
      this.#timeline.note(isLast ? { from: segment.latest.from, to } : segment.latest, rows);
    }
  }

  #splitLargest(left: readonly Left[], room: number): Segment[] {
    const pages = total(left);
    const chains = left.length + room;
    const isShort = this.#pages + pages < tooShortToWait * chains;
    const largest = left
      .filter(({ segment }) => isShort || this.#known.has(segment))
      .reduce<Left | undefined>((most, one) => (most && most.pages >= one.pages ? most : one), undefined);
    if (largest === undefined) return [];
    const parts = Math.min(
      room + 1,
      // No more than its share of the chains.
      Math.max(2, Math.round((largest.pages / pages) * chains)),
      this.#mostParts(largest.pages, pages),
      // Only as bold as it has paid: parts that came back empty tell that the rows lie together.
      Math.floor(untriedAtFirst + untriedAPage * (this.#pages - this.#wasted)) - this.#untried.size,
    );
    return parts >= 2 ? this.#split(largest.segment, parts) : [];
  }

  #mostParts(pages: number, left: number): number {
    const smallest = this.#smallestPart(left);
    return smallest < 1 ? Math.ceil(pages / smallest) : Math.floor(pages / smallest);
  }

  #left(): Left[] {
    return [...this.#open].map((segment) => ({ segment, pages: this.pagesLeft(segment) }));
  }

  /**
   * Pages that a part must have: twice as many as if all segments that may still be paid for were of one size, so that
   * those that turn out longer than they looked can be split later.
   */
  #smallestPart(left: number): number {
    const expected = this.#pages + left;
    if (expected < smallStream) return Number.POSITIVE_INFINITY;
    if (expected < shortStream) return smallestOfShort;
    const paid = (mostWaste * expected - this.#wasted) / wasteOfSegment;
    return Math.max(smallestOfShort, (2 * left) / Math.max(this.#open.size, paid));
  }

  #split(segment: Segment, parts: number): Segment[] {
    const given = segment.splitAt(this.#timeline.cuts(segment.divisible(this.#options.now()), parts));
    for (const one of given) {
      this.#open.add(one);
      this.#untried.add(one);
    }
    this.#known.delete(segment);
    return given;
  }
}

function total(left: readonly Left[]): number {
  return left.reduce((sum, { pages }) => sum + pages, 0);
}
