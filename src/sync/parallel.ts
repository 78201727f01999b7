import type { Page } from '../recharge/pages.ts';
import type { ListingRequest } from './listing-reader.ts';
import type { Slice, SliceBatch } from './slice.ts';
import { SlicePlanner } from './slice-planner.ts';

/** Pages that wait as objects. Of a reader that keeps up there are no more; those of one that stands still are packed. */
const mostUnpacked = 2;

/** What a slice has brought; `page` is undefined when its listing is at its end. */
interface Arrival {
  readonly slice: Slice;
  readonly page: Page | undefined;
  /** Lets the slice ask for its next page. */
  readonly proceed: () => void;
  /** The page does not wait any more. */
  readonly release: () => void;
}

/**
 * Reads slices side by side, and splits them as the rate limit has room. Each has one page in flight or waiting here, so a
 * consumer that stops stops them all.
 * @param pagesOf the pages of a slice, in order of the cursor
 * @throws the first error of any slice; the others are left to their signal.
 */
export async function* readInParallel(
  slices: readonly Slice[],
  pagesOf: (slice: Slice) => AsyncIterable<Page>,
  { limiter, endpoint }: Pick<ListingRequest, 'limiter' | 'endpoint'>,
): AsyncGenerator<SliceBatch> {
  const planner = new SlicePlanner(slices, endpoint.size.full);
  const arrived: Arrival[] = [];
  let news = Promise.withResolvers<void>();
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let isClosed = false;

  const deliver = (slice: Slice, page: Page | undefined) =>
    new Promise<void>((proceed) => {
      if (isClosed) return;
      const release = page === undefined ? () => {} : limiter.buffer();
      if (arrived.length >= mostUnpacked) page?.rows.pack?.();
      arrived.push({ slice, page, proceed, release });
      news.resolve();
    });
  const read = async (slice: Slice) => {
    for await (const page of pagesOf(slice)) {
      await deliver(slice, page);
      if (slice.isFinished) break;
    }
    await deliver(slice, undefined);
  };
  const start = (slice: Slice) => {
    running += 1;
    read(slice).catch((error: unknown) => {
      failure ??= { error };
      news.resolve();
    });
  };

  slices.forEach(start);
  try {
    while (running > 0) {
      if (failure !== undefined) throw failure.error;
      const arrival = arrived.shift();
      if (arrival === undefined) {
        news = Promise.withResolvers();
        await news.promise;
        continue;
      }
      const { slice, page, proceed, release } = arrival;
      release();
      if (page === undefined) running -= 1;
      const { batch, added } = planner.accept(slice, page, (pagesRemaining) =>
        // Whoever has a page here is about to ask for the next one, unless that was the last.
        limiter.availableConcurrency(pagesRemaining, arrived.length + (slice.isFinished ? 0 : 1)),
      );
      added.forEach(start);
      // The next page is asked for while this one is written.
      proceed();
      if (batch.rows.length > 0 || batch.range.from < batch.range.to) yield batch;
    }
  } finally {
    isClosed = true;
    for (const { release } of arrived) release();
  }
}
