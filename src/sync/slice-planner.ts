import type { Page } from '../recharge/pages.ts';
import type { Slice } from './slice.ts';

/** Slices that may be out without a page: at first, and at least. */
const guessesAtFirst = 8;
const fewestGuesses = 2;
/** How many more may be after one that brings rows. After one that brings none it is one less. */
const guessesForRows = 3;
/** The most parts that one slice is split into at once: a page does not say enough for more. */
const mostParts = 16;
/** A slice is not believed to have more than so many pages left for each that it has brought. */
const pagesBelievedPerPage = 16;
/** Pages in the smallest part, since each costs about half a request; one where more requests are of use than pages remain. */
const smallestPart = 2;
/** A part is at least so much of what each chain of pages has left on average. */
const smallestShare = 0.75;

/** How many more requests would be of use now, so many pages remaining. */
export type Concurrency = (pagesRemaining: number) => number;

/**
 * Decides which slice of a stream to split, and into how many parts, so that as many requests are in flight as the rate
 * limit has room for (docs/decisions/0001).
 *
 * Each slice is taken to go on as densely as its latest page. The one with the most left is split into equal parts of its
 * time. A wrong guess costs a request; guesses are bounded, and the next page tells better.
 */
export class SlicePlanner {
  readonly #pageSize: number;
  readonly #open: Set<Slice>;
  /** Those whose latest page has led to a split, or that have none: their density is not their own. */
  readonly #split = new Set<Slice>();
  #guessesAllowed = guessesAtFirst;

  constructor(slices: readonly Slice[], pageSize: number) {
    this.#open = new Set(slices);
    this.#pageSize = pageSize;
  }

  /** Takes in a slice's next page, undefined for the end of its listing. `added` are to be read beside it from now on. */
  accept(slice: Slice, page: Page | undefined, concurrency: Concurrency) {
    const isGuess = slice.pages === 0;
    const batch = slice.accept(page);
    if (isGuess) {
      const paid = batch.rows.length > 0 ? guessesForRows : -1;
      this.#guessesAllowed = Math.max(fewestGuesses, this.#guessesAllowed + paid);
    }
    this.#split.delete(slice);
    if (slice.isFinished) this.#open.delete(slice);
    const added = slice.takeSplitOff();
    added.forEach((half) => this.#open.add(half));
    for (;;) {
      const parts = this.#splitLargest((remaining) => concurrency(remaining) - added.length);
      if (parts.length === 0) return { batch, added };
      parts.forEach((part) => this.#open.add(part));
      added.push(...parts);
    }
  }

  #splitLargest(concurrency: Concurrency): Slice[] {
    const open = [...this.#open].map((slice) => ({ slice, pages: this.#pagesLeft(slice) }));
    const left = open.reduce((sum, { pages }) => sum + pages, 0);
    const guesses = open.filter(({ slice }) => slice.pages === 0).length;
    const useful = concurrency(left);
    const room = Math.min(useful, this.#guessesAllowed - guesses);
    const fewestPages = useful > left ? 1 : smallestPart;
    const smallest = Math.max(fewestPages, (smallestShare * left) / (open.length + room));
    const [largest] = open
      .filter(({ slice }) => slice.pages > 0 && !this.#split.has(slice))
      .toSorted((a, b) => b.pages - a.pages);
    const parts = Math.floor(Math.min(room + 1, mostParts, (largest?.pages ?? 0) / smallest));
    if (largest === undefined || parts < 2) return [];
    this.#split.add(largest.slice);
    return largest.slice.split(parts, Date.now());
  }

  #pagesLeft(slice: Slice): number {
    const { from, to } = slice.unreadRange(Date.now());
    return Math.min(((to - from) * slice.density) / this.#pageSize, pagesBelievedPerPage * (slice.pages + 1));
  }
}
