import { listingOf } from '../recharge/pages.fixture.ts';
import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import { readInParallel } from './parallel.ts';
import { Slice, type SliceBatch } from './slice.ts';

const pageSize = 2;
const hour = 3_600_000;
const midnight = Date.parse('2024-05-01T00:00:00Z');
/** Late enough that no row is hidden any more. */
export const now = midnight + 10_000 * hour;

export const instantAt = (hours: number): Instant => midnight + hours * hour;
const hoursAt = (instant: Instant): number => (instant - midnight) / hour;

/** A slice between these hours. */
export function sliceOf(from: number, to: number, isLast = false): Slice {
  return new Slice({
    range: { from: instantAt(from), to: instantAt(to) },
    isLast,
    settling: 0,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
  });
}

/** A request for a page. */
interface Asked {
  readonly slice: Slice;
  readonly answer: (page: Page | undefined) => void;
  readonly fail: (error: Error) => void;
}

/** Slices that are being read; each request is answered when the test says so. */
export class Reading {
  /** In the order they were made. */
  readonly asked: Asked[] = [];
  /** Whose listing was left, or has come to its end. */
  readonly stopped: Slice[] = [];
  /** Pages that nobody has taken. */
  waiting = 0;
  /** How many of those that were answered have been packed. */
  packed = 0;
  /** How many more requests the rate limit would bear, those that are about to be made among them. */
  room = 0;
  /** The pages that remain, as the rate limit was last told. */
  pagesRemaining = 0;
  readonly #batches: AsyncGenerator<SliceBatch>;

  constructor(...slices: readonly Slice[]) {
    this.#batches = readInParallel(slices, (slice) => this.#pages(slice), {
      limiter: {
        buffer: () => {
          this.waiting += 1;
          return () => {
            this.waiting -= 1;
          };
        },
        availableConcurrency: (pagesRemaining, upcoming) => {
          this.pagesRemaining = pagesRemaining;
          return Math.max(0, this.room - upcoming);
        },
      },
      endpoint: listingOf(pageSize),
    });
  }

  at(index: number): Asked {
    const asked = this.asked[index];
    if (asked === undefined) throw new Error(`there are ${this.asked.length} requests, none at ${index}`);
    return asked;
  }

  /** Answers with rows at these hours; with none, it is the end of the listing. */
  async answer(index: number, ...hours: readonly number[]): Promise<void> {
    const objects = hours.map((at) => ({ at: instantAt(at) }));
    const rows = Object.assign(objects, {
      pack: () => {
        this.packed += 1;
      },
    });
    this.at(index).answer(hours.length === 0 ? undefined : { rows, requestedAt: now, limit: pageSize });
    await turn();
  }

  async fail(index: number, message: string): Promise<void> {
    this.at(index).fail(new Error(message));
    await turn();
  }

  /** The next batch: the hours of its rows, and those between which all has been read. */
  async next(): Promise<{ rows: number[]; range: [number, number] } | undefined> {
    const { value, done } = await this.#batches.next();
    await turn();
    if (done === true) return undefined;
    const rows = Array.from(value.rows, (row) => hoursAt(row['at'] as number));
    return { rows, range: [hoursAt(value.range.from), hoursAt(value.range.to)] };
  }

  /** Answers, and waits for the batch that it makes. */
  async take(index: number, ...hours: readonly number[]): ReturnType<Reading['next']> {
    const next = this.next();
    await turn();
    await this.answer(index, ...hours);
    return next;
  }

  async stop(): Promise<void> {
    await this.#batches.return(undefined);
    await turn();
  }

  async *#pages(slice: Slice): AsyncGenerator<Page> {
    try {
      for (;;) {
        const page = await new Promise<Page | undefined>((answer, fail) => {
          this.asked.push({ slice, answer, fail });
        });
        if (page === undefined) return;
        yield page;
      }
    } finally {
      this.stopped.push(slice);
    }
  }
}

/** Until all that can go on has gone on. */
function turn(): Promise<void> {
  return new Promise((turned) => {
    setImmediate(turned);
  });
}
