import type { Instant } from './instant.ts';
import type { Segment } from './segment.ts';

export interface SplitterOptions {
  /** How many more requests the rate limit and memory would bear now, where so many pages are left to read. */
  readonly spare: (left: number) => number;
  readonly now: () => Instant;
  /** Rows in a full page. */
  readonly pageSize: number;
}

/** What is left of a stream is taken for no more than so many times what was read of it. */
const boldest = 16;
/** Parts that may be out without a page of their own: so many, and so many more for each page that was worth asking for. */
const untriedAtFirst = 6;
const untriedAPage = 12;
/** Where there are fewer pages for each chain, a split does not wait for what the parts given away have to say. */
const tooShortToWait = 7;
/** From so many pages on, a stream may cost only so much more than the least: the part of a request that is wasted. */
const longStream = 700;
const mostWaste = 0.015;
/** Pages that a part must have at least, and those that are worth its half request whatever was wasted before. */
const leastPart = 1;
const worthItself = 10;
/** So few pages may as well be asked for side by side. */
const lastPages = 2;
/** A segment's last page is half full, on average. */
const wasteOfSegment = 0.5;

/** Pages that are left of a segment, as far as one can tell. */
interface Left {
  readonly segment: Segment;
  readonly pages: number;
}

/**
 * Decides which segments of a stream to split, and into how many. What is left of a segment is guessed from how close
 * together the rows of its latest page lie; what splits have cost is measured, and makes later ones coarser.
 */
export class Splitter {
  readonly #options: SplitterOptions;
  readonly #open: Set<Segment>;
  /** Those that have brought a page since they were last split: of them one knows how dense they are. */
  readonly #known = new Set<Segment>();
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

  /** Takes note of a segment's latest page, of so many rows; undefined for the end of its listing. */
  note(segment: Segment, rows: number | undefined): void {
    const { pageSize } = this.#options;
    this.#untried.delete(segment);
    if (rows !== undefined) {
      this.#pages += rows / pageSize;
      this.#latest.set(segment, rows);
      this.#known.add(segment);
    }
    if (!segment.finished) return;
    this.#known.delete(segment);
    if (this.#open.delete(segment)) this.#wasted += 1 - (this.#latest.get(segment) ?? 0) / pageSize;
  }

  /** New segments for the room there is; `aboutToAsk` chains are between two requests and have a claim to it. */
  split(aboutToAsk: number): Segment[] {
    const all: Segment[] = [];
    const room = this.#options.spare(total(this.#left())) - aboutToAsk;
    while (all.length < room && this.#open.size > 0) {
      const given = this.#splitLargest(room - all.length);
      if (given.length === 0) break;
      all.push(...given);
    }
    return all;
  }

  /** For a segment that is too wide to be asked for at once. */
  halve(segment: Segment): Segment[] {
    return this.#split(segment, 2);
  }

  #splitLargest(room: number): Segment[] {
    const left = this.#left();
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
    return parts < 2 ? [] : this.#split(largest.segment, parts);
  }

  /** A request for each page of it where that is no waste: those of a few pages would be made all the same, one by one. */
  #mostParts(pages: number, left: number): number {
    const smallest = this.#smallestPart(left);
    return pages <= lastPages || smallest <= leastPart ? Math.ceil(pages) : Math.floor(pages / smallest);
  }

  #left(): Left[] {
    const now = this.#options.now();
    return [...this.#open].map((segment) => ({
      segment,
      pages: segment.rowsLeft(now) / this.#options.pageSize,
    }));
  }

  /** Pages that a part must have: as many as if all that may still be wasted went into what is left. */
  #smallestPart(left: number): number {
    const likely = Math.min(left, boldest * this.#pages);
    const expected = this.#pages + likely;
    if (expected < longStream) return leastPart;
    const splits = (mostWaste * expected - this.#wasted) / wasteOfSegment;
    return splits <= 0 ? worthItself : Math.min(worthItself, Math.max(leastPart, likely / splits));
  }

  #split(segment: Segment, parts: number): Segment[] {
    const given = segment.split(parts, this.#options.now());
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
