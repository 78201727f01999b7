import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import type { Slice, SliceBatch } from './slice.ts';
import { SlicePlanner } from './slice-planner.ts';

export interface ParallelOptions {
  /** The pages of a slice, in order of the cursor. */
  readonly pages: (slice: Slice) => AsyncIterable<Page>;
  /** How many more requests would be of use now, so many pages remaining. */
  readonly availableConcurrency: (pagesRemaining: number, upcoming: number) => number;
  /** Counts a page that waits to be written, until the function it returns is called. */
  readonly buffer: () => () => void;
  readonly now: () => Instant;
  /** Rows in a full page. */
  readonly pageSize: number;
}

/**
 * Reads slices side by side, and splits them as the rate limit has room. Each has one page in flight or waiting here, so a
 * consumer that stops stops them all.
 * @throws the first error of any slice; the others are left to their signal.
 */
export async function* readInParallel(
  slices: readonly Slice[],
  options: ParallelOptions,
): AsyncGenerator<SliceBatch> {
  const planner = new SlicePlanner(slices, options.pageSize, options.now);
  const readers = new SliceReaders(options);
  slices.forEach((slice) => readers.start(slice));
  try {
    for (let arrival = await readers.next(); arrival !== undefined; arrival = await readers.next()) {
      const { slice, page, proceed } = arrival;
      const { batch, added } = planner.accept(slice, page, (pagesRemaining) => {
        // Whoever has a page here is about to ask for the next one, unless that was the last.
        const upcoming = readers.waiting + (slice.isFinished ? 0 : 1);
        return options.availableConcurrency(pagesRemaining, upcoming);
      });
      for (const one of added) readers.start(one);
      // The next page is asked for while this one is written.
      proceed();
      if (batch.rows.length > 0 || batch.range.from < batch.range.to) yield batch;
    }
  } finally {
    readers.close();
  }
}

/** The readers of slices, and what they have brought. */
class SliceReaders {
  readonly #options: ParallelOptions;
  readonly #arrived: Arrival[] = [];
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake = () => {};
  #isClosed = false;

  constructor(options: ParallelOptions) {
    this.#options = options;
  }

  /** How many have a page here that nobody has taken. */
  get waiting(): number {
    return this.#arrived.length;
  }

  start(slice: Slice): void {
    this.#running += 1;
    this.#read(slice).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake();
    });
  }

  /** The next page of any slice, or its end; undefined when all are at their end. @throws what any of them threw */
  async next(): Promise<Arrival | undefined> {
    while (this.#failure === undefined && this.#arrived.length === 0 && this.#running > 0) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const arrival = this.#arrived.shift();
    arrival?.release();
    if (arrival !== undefined && arrival.page === undefined) this.#running -= 1;
    return arrival;
  }

  /** Nobody takes any more. */
  close(): void {
    this.#isClosed = true;
    for (const { release } of this.#arrived.splice(0)) release();
  }

  async #read(slice: Slice): Promise<void> {
    for await (const page of this.#options.pages(slice)) {
      await this.#deliver(slice, page);
      if (slice.isFinished) break;
    }
    await this.#deliver(slice, undefined);
  }

  #deliver(slice: Slice, page: Page | undefined): Promise<void> {
    return new Promise((proceed) => {
      if (this.#isClosed) return;
      const release = page === undefined ? () => {} : this.#options.buffer();
      // A reader that keeps up takes the first ones as they are; those of one that stands still take less room packed.
      if (this.#arrived.length >= mostUnpacked) page?.rows.pack?.();
      this.#arrived.push({ slice, page, proceed, release });
      this.#wake();
    });
  }
}

/** Pages that wait here as objects. */
const mostUnpacked = 2;

interface Arrival {
  readonly slice: Slice;
  /** Undefined when its listing is at its end. */
  readonly page: Page | undefined;
  readonly proceed: () => void;
  readonly release: () => void;
}
