import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import { readInParallel } from './parallel.ts';
import { type Part, Segment } from './segment.ts';

const pageSize = 2;
const hour = 3_600_000;
const midnight = Date.parse('2024-05-01T00:00:00Z');
/** Late enough that no row is hidden any more. */
export const now = midnight + 10_000 * hour;

export const instantAt = (hours: number): Instant => midnight + hours * hour;
const hoursAt = (instant: Instant): number => (instant - midnight) / hour;

/** A segment between these hours. */
export function segmentOf(from: number, to: number, last = false): Segment {
  return new Segment({
    span: { from: instantAt(from), to: instantAt(to) },
    last,
    settling: 0,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
  });
}

/** A request for a page. */
interface Asked {
  readonly segment: Segment;
  readonly narrow: () => void;
  readonly left: () => number;
  readonly answer: (page: Page | undefined) => void;
  readonly fail: (error: Error) => void;
}

/** Segments that are being read; each request is answered when the test says so. */
export class Reading {
  /** In the order they were made. */
  readonly asked: Asked[] = [];
  /** Whose chains were told to stop, or have come to their end. */
  readonly stopped: Segment[] = [];
  /** Pages that nobody has taken. */
  waiting = 0;
  /** How many more requests the rate limit would bear. */
  spare = 0;
  readonly #parts: AsyncGenerator<Part>;

  constructor(...segments: readonly Segment[]) {
    this.#parts = readInParallel(segments, {
      pages: (segment, narrow, left) => this.#pages(segment, narrow, left),
      onWaiting: (change) => {
        this.waiting += change;
      },
      spare: () => this.spare,
      now: () => now,
      pageSize,
    });
  }

  at(index: number): Asked {
    const asked = this.asked[index];
    if (asked === undefined) throw new Error(`there are ${this.asked.length} requests, none at ${index}`);
    return asked;
  }

  /** Answers with rows at these hours; with none, it is the end of the listing. */
  async answer(index: number, ...hours: readonly number[]): Promise<void> {
    const rows = hours.map((at) => ({ at: instantAt(at) }));
    this.at(index).answer(rows.length === 0 ? undefined : { rows, askedAt: now, limit: pageSize });
    await turn();
  }

  async fail(index: number, message: string): Promise<void> {
    this.at(index).fail(new Error(message));
    await turn();
  }

  /** The next part: the hours of its rows, and those between which all has been read. */
  async next(): Promise<{ rows: number[]; span: [number, number] } | undefined> {
    const { value, done } = await this.#parts.next();
    await turn();
    if (done === true) return undefined;
    const rows = Array.from(value.rows, (row) => hoursAt(row['at'] as number));
    return { rows, span: [hoursAt(value.span.from), hoursAt(value.span.to)] };
  }

  /** Answers, and waits for the part that it makes. */
  async take(index: number, ...hours: readonly number[]): ReturnType<Reading['next']> {
    const next = this.next();
    await turn();
    await this.answer(index, ...hours);
    return next;
  }

  async stop(): Promise<void> {
    await this.#parts.return(undefined);
    await turn();
  }

  async *#pages(segment: Segment, narrow: () => void, left: () => number): AsyncGenerator<Page> {
    try {
      for (;;) {
        const page = await new Promise<Page | undefined>((answer, fail) => {
          this.asked.push({ segment, narrow, left, answer, fail });
        });
        if (page === undefined) return;
        yield page;
      }
    } finally {
      this.stopped.push(segment);
    }
  }
}

/** Until all that can go on has gone on. */
function turn(): Promise<void> {
  return new Promise((turned) => {
    setImmediate(turned);
  });
}
