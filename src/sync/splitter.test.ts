import { describe, expect, it } from 'vitest';
import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import { readInParallel } from './parallel.ts';
import { Segment } from './segment.ts';

const pageSize = 250;
const day = 86_400_000;
const now = Date.parse('2026-03-10T12:00:00Z');
const start = now - 1_095 * day;

/** Rows that lie evenly in stretches of [first day, last day, how many]. */
function rowsIn(...stretches: readonly (readonly [from: number, to: number, rows: number])[]): Instant[] {
  return stretches.flatMap(([from, to, rows]) =>
    Array.from(
      { length: rows },
      (_, index) => Math.floor((start + (from + ((to - from) * index) / rows) * day) / 1_000) * 1_000,
    ),
  );
}

/** Reads rows by chains of pages, `most` under way, each answered a round after it was asked for. */
async function read(rows: readonly Instant[], most: number): Promise<{ requests: number; rounds: number }> {
  const asked: (() => void)[] = [];
  const seen: Instant[] = [];
  let requests = 0;
  let waiting = 0;
  async function* pages({ span: { from, to } }: Segment): AsyncGenerator<Page> {
    const listed = rows.filter((at) => at >= from && at < to);
    for (let first = 0; first === 0 || first < listed.length; first += pageSize) {
      requests += 1;
      await new Promise<void>((answered) => asked.push(answered));
      yield {
        rows: listed.slice(first, first + pageSize).map((at) => ({ at })),
        askedAt: now,
        limit: pageSize,
      };
    }
  }
  const spare = () => most - Math.min(most, asked.length);
  const segment = new Segment({
    span: { from: start, to: Number.POSITIVE_INFINITY },
    last: true,
    settling: 1_800_000,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
  });
  const done = (async () => {
    for await (const part of readInParallel([segment], {
      pages,
      spare,
      onWaiting: (change) => {
        waiting += change;
      },
      now: () => now,
      pageSize,
    }))
      seen.push(...Array.from(part.rows, (row) => row['at'] as number));
  })();
  let rounds = 0;
  for (let running = true; running; rounds += 1) {
    // Answers of one round come one after the other, as over a network.
    for (const answered of asked.splice(0, most)) {
      answered();
      await new Promise((turn) => setImmediate(turn));
    }
    const turn = new Promise<boolean>((turned) => setImmediate(() => turned(true)));
    running = await Promise.race([done.then(() => false), turn]);
  }
  expect(waiting).toBe(0);
  expect(seen.toSorted((a, b) => a - b)).toEqual(rows);
  return { requests, rounds };
}

/** Years of nothing, and a day with a fifth of all rows. */
const skewed = (pages: number) => {
  const of = (part: number) => Math.round(part * pages * pageSize);
  return rowsIn(
    [0, 330, of(0.05)],
    [490, 820, of(0.2)],
    [820, 1_050, of(0.37)],
    [1_050, 1_051, of(0.18)],
    [1_051, 1_095, of(0.2)],
  );
};

describe('what splitting costs', () => {
  it.each([
    ['evenly', rowsIn([0, 1_095, 1_000 * pageSize]), 1_020],
    ['in a sale day and years of nothing', skewed(1_000), 1_025],
  ])('1,000 pages that lie %s take hardly more requests than the least', async (_how, rows, most) => {
    const { requests, rounds } = await read(rows, 12);
    expect(requests).toBeLessThanOrEqual(most);
    expect(rounds).toBeLessThan(1.2 * (1_000 / 12));
  });

  it('400 pages are spread over 60 chains within a few rounds, wherever they lie', async () => {
    for (const rows of [rowsIn([0, 1_095, 400 * pageSize]), skewed(400)])
      expect((await read(rows, 60)).rounds).toBeLessThan(14);
  });

  it('a stream of less than a page, or of a few that lie evenly, is never split', async () => {
    expect((await read(rowsIn([0, 1_095, 200]), 60)).requests).toBe(1);
    expect((await read(rowsIn([0, 1_095, 2 * pageSize - 10]), 60)).requests).toBe(2);
  });

  it.each([260, 510, 760])(
    '%d rows, most of them of one import, cost no more requests than a page of that kind is worth trying',
    async (rows) => {
      const { requests } = await read(rowsIn([0, 0.125, rows - 10], [1_000, 1_095, 10]), 60);
      expect(requests).toBeLessThanOrEqual(Math.ceil(rows / pageSize) + 18);
    },
  );

  it('a first page from an hour of sale does not split what hardly has a page left', async () => {
    const { requests } = await read(rowsIn([0, 0.125, 1_000], [0.2, 1_095, 200]), 12);
    expect(requests).toBeLessThan(20);
  });
});
