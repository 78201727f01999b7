import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import type { Slice, SliceBatch } from './slice.ts';

/** Slices that may be out without a page at first: one more for each that brings rows, one less for each that brings none. */
const guessesAtFirst = 16;
const fewestGuesses = 2;
/** The most parts that one slice is split into at once: a page does not say enough for more. */
const mostParts = 16;
/** A slice is not believed to have more than so many pages left for each that it has brought. */
const pagesBelievedPerPage = 16;
/** Pages in the smallest part: each part costs about half a request, since its last page is half full. */
const smallestPart = 2;
/** A part is at least so much of what each chain of pages has left on average. */
const smallestShare = 0.75;
/** Milliseconds: a page whose rows are all of one moment is taken for a second's. */
const shortestPageMs = 1_000;

/** An open slice. */
interface Progress {
  /** Pages it has brought; none yet is a guess. */
  pages: number;
  /** Its latest full page. */
  latest: { readonly rows: number; readonly ms: number } | undefined;
  /** Rows a millisecond in its latest two pages; before them, of the slice it was split off. */
  density: number;
  /** It has brought a page since it was last split, so the density is its own. */
  isMeasured: boolean;
}

/** How many more requests would be of use now, so many pages remaining. */
export type Concurrency = (pagesRemaining: number) => number;

/**
 * Decides which slice of a stream to split, and into how many parts, so that as many requests are in flight as the rate
 * limit has room for (docs/decisions/0001).
 *
 * Each slice is taken to go on as densely as its latest two pages. The one with the most left is split into equal parts of
 * its time. A wrong guess costs a request; guesses are bounded, and the next page tells better.
 */
export class SlicePlanner {
  readonly #pageSize: number;
  readonly #now: () => Instant;
  readonly #open = new Map<Slice, Progress>();
  #guessesAllowed = guessesAtFirst;

  constructor(slices: readonly Slice[], pageSize: number, now: () => Instant) {
    this.#pageSize = pageSize;
    this.#now = now;
    for (const slice of slices) this.#add(slice, 0);
  }

  /**
   * Takes in a slice's next page, undefined for the end of its listing. `added` are the slices to read beside it from now
   * on, as many as `concurrency` says are of use.
   */
  accept(
    slice: Slice,
    page: Page | undefined,
    concurrency: Concurrency,
  ): { readonly batch: SliceBatch; readonly added: readonly Slice[] } {
    const batch = slice.accept(page);
    const progress = this.#open.get(slice);
    if (progress !== undefined) this.#note(progress, slice, page, batch.rows.length);
    if (slice.isFinished) this.#open.delete(slice);
    const added = slice.takeSplitOff();
    for (const half of added) this.#add(half, progress?.density ?? 0);
    for (;;) {
      const parts = this.#splitLargest((remaining) => concurrency(remaining) - added.length);
      if (parts.length === 0) return { batch, added };
      added.push(...parts);
    }
  }

  #note(progress: Progress, slice: Slice, page: Page | undefined, rows: number): void {
    if (progress.pages === 0) {
      const paid = rows > 0 ? 1 : -1;
      this.#guessesAllowed = Math.max(fewestGuesses, this.#guessesAllowed + paid);
    }
    if (page === undefined) return;
    progress.pages += 1;
    progress.isMeasured = true;
    const { from, to } = slice.latest;
    const latest = { rows: page.rows.length, ms: Math.max(to - from, shortestPageMs) };
    const before = progress.latest ?? { rows: 0, ms: 0 };
    progress.latest = latest;
    // A page that is not full is most likely the last.
    const isFull = page.rows.length >= page.limit;
    progress.density = isFull ? (latest.rows + before.rows) / (latest.ms + before.ms) : 0;
  }

  #splitLargest(concurrency: Concurrency): Slice[] {
    const open = [...this.#open].map(([slice, progress]) => ({
      slice,
      progress,
      pages: this.#pagesLeft(slice, progress),
    }));
    const guesses = open.filter(({ progress }) => progress.pages === 0).length;
    const left = open.reduce((sum, { pages }) => sum + pages, 0);
    const room = Math.min(concurrency(left), this.#guessesAllowed - guesses);
    const smallest = Math.max(smallestPart, (smallestShare * left) / (open.length + room));
    const largest = open
      .filter(({ progress }) => progress.isMeasured)
      .reduce<(typeof open)[number] | undefined>(
        (most, one) => (most !== undefined && most.pages >= one.pages ? most : one),
        undefined,
      );
    const parts = Math.floor(Math.min(room + 1, mostParts, (largest?.pages ?? 0) / smallest));
    if (largest === undefined || parts < 2) return [];
    largest.progress.isMeasured = false;
    const added = largest.slice.split(parts, this.#now());
    for (const slice of added) this.#add(slice, largest.progress.density);
    return added;
  }

  #pagesLeft(slice: Slice, { density, pages }: Progress): number {
    const { from, to } = slice.unreadRange(this.#now());
    return Math.min(((to - from) * density) / this.#pageSize, pagesBelievedPerPage * (pages + 1));
  }

  #add(slice: Slice, density: number): void {
    this.#open.set(slice, { pages: 0, latest: undefined, density, isMeasured: false });
  }
}
