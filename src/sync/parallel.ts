import type { Page } from '../recharge/pages.ts';
import type { Part, Segment } from './segment.ts';
import { Splitter, type SplitterOptions } from './splitter.ts';

export interface ParallelOptions extends SplitterOptions {
  /**
   * The pages of one stretch, in order of the cursor: `narrow` gives half of it to another before its first page, `left`
   * tells how many pages it may still have.
   */
  readonly pages: (segment: Segment, narrow: () => void, left: () => number) => AsyncIterable<Page>;
  /** Told of each page that begins to wait here (1), and of each that waits no longer (-1). */
  readonly onWaiting: (change: 1 | -1) => void;
}

/**
 * Reads segments side by side and splits the one with the most left where there is room for more requests. Each has
 * one page under way or waiting here, so a consumer that stops stops them all.
 * @throws the first error of any segment; the others are left to their signal.
 */
export async function* readInParallel(
  segments: readonly Segment[],
  options: ParallelOptions,
): AsyncGenerator<Part> {
  const splitter = new Splitter(options, segments);
  const chains = new Chains(options, splitter);
  segments.forEach((segment) => chains.start(segment));
  try {
    yield* partsOf(chains, splitter);
  } finally {
    chains.close();
  }
}

async function* partsOf(chains: Chains, splitter: Splitter): AsyncGenerator<Part> {
  for (let arrival = await chains.next(); arrival !== undefined; arrival = await chains.next()) {
    const { segment, page, proceed } = arrival;
    const part = page === undefined ? { rows: [], span: segment.finish() } : segment.take(page);
    // A chain whose page is here will ask for the next one presently.
    const aboutToAsk = chains.waiting + (segment.finished ? 0 : 1);
    const isFull = page !== undefined && page.rows.length >= page.limit;
    splitter.note(segment, page && part.rows.length, isFull);
    // A page that is not full is most likely the last of its segment, and tells nothing of what lies behind.
    if (isFull) splitter.split(aboutToAsk).forEach((given) => chains.start(given));
    // The next page is asked for while this one is written.
    proceed();
    if (part.rows.length > 0 || part.span.from < part.span.to) yield part;
  }
}

/** The running chains of pages, and what they have brought. */
class Chains {
  readonly running = new Set<Segment>();
  readonly #pages: ParallelOptions['pages'];
  readonly #onWaiting: ParallelOptions['onWaiting'];
  readonly #splitter: Splitter;
  readonly #arrived: Arrival[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake = () => {};
  #isClosed = false;

  constructor({ pages, onWaiting }: ParallelOptions, splitter: Splitter) {
    this.#pages = pages;
    this.#onWaiting = onWaiting;
    this.#splitter = splitter;
  }

  /** How many have a page here that nobody has taken. */
  get waiting(): number {
    return this.#arrived.length;
  }

  start(segment: Segment): void {
    this.running.add(segment);
    this.#follow(segment).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake();
    });
  }

  /** The next page of any chain, or its end; undefined when all are at their end. @throws what any of them threw */
  async next(): Promise<Arrival | undefined> {
    while (this.#failure === undefined && this.#arrived.length === 0 && this.running.size > 0) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const arrival = this.#arrived.shift();
    if (arrival?.page !== undefined) this.#onWaiting(-1);
    if (arrival?.page === undefined && arrival !== undefined) this.running.delete(arrival.segment);
    return arrival;
  }

  /** Nobody takes any more. */
  close(): void {
    this.#isClosed = true;
    for (const { page } of this.#arrived.splice(0)) if (page !== undefined) this.#onWaiting(-1);
  }

  async #follow(segment: Segment): Promise<void> {
    // Halves wait for the first page: while the API answers nothing at all, more chains would not help.
    const halves: Segment[] = [];
    const narrow = () => halves.push(...this.#splitter.halve(segment));
    const left = () => this.#splitter.pagesLeft(segment);
    for await (const page of this.#pages(segment, narrow, left)) {
      halves.splice(0).forEach((half) => this.start(half));
      await this.#deliver(segment, page);
      if (segment.finished) break;
    }
    await this.#deliver(segment, undefined);
  }

  #deliver(segment: Segment, page: Page | undefined): Promise<void> {
    return new Promise((proceed) => {
      if (this.#isClosed) return;
      if (page !== undefined) this.#onWaiting(1);
      // Whoever reads on has the next pages as they came; a reader that stands still has many small ones.
      if (this.#arrived.length >= pagesUnpacked) page?.rows.pack?.();
      this.#arrived.push({ segment, page, proceed });
      this.#wake();
    });
  }
}

/** So many of the pages that wait are held as they came. */
const pagesUnpacked = 2;

interface Arrival {
  readonly segment: Segment;
  /** Undefined when its listing is at its end. */
  readonly page: Page | undefined;
  readonly proceed: () => void;
}
