import { describe, expect, it } from 'vitest';
import {
  firstSync,
  pageSize,
  rowsIn,
  type Stretch,
  type Throughput,
  type Tier,
} from './throughput.fixture.ts';

const tiers = {
  '1x1': { name: '1x1', leakPerSecond: 2, size: 40 },
  '2x1': { name: '2x1', leakPerSecond: 4, size: 40 },
  '10x3': { name: '10x3', leakPerSecond: 20, size: 120 },
} satisfies Record<string, Tier>;

/** A day of which each hour begins with an import: a ninth of its rows in one second. */
function importsOf(day: number, part: number): Stretch[] {
  return Array.from({ length: 24 }, (_, hour) => day + hour / 24).flatMap((from): Stretch[] => [
    [from, from, part / 24 / 9],
    [from, from + 1 / 24, ((part / 24) * 8) / 9],
  ]);
}

/**
 * In days of three years: evenly; years of nothing, growth, and a day with a sixth of all rows; and the sandbox's, which
 * has imports on such a day, and a few weeks of many changes after it.
 */
const timelines = {
  even: [[0, 1_095, 1]],
  skewed: [
    [0, 330, 0.05],
    [490, 820, 0.2],
    [820, 1_050, 0.37],
    [1_050, 1_051, 0.18],
    [1_051, 1_095, 0.2],
  ],
  sandbox: [
    [0, 335, 0.05],
    [335, 489, 0.000_6],
    [489, 825, 0.199],
    [825, 1_038, 0.342],
    [1_038, 1_051, 0.021],
    ...importsOf(1_051, 0.131),
    [1_052, 1_062, 0.077],
    [1_062, 1_088, 0.132],
    [1_088, 1_095, 0.047_4],
  ],
} satisfies Record<string, readonly Stretch[]>;

interface Case {
  readonly tier: keyof typeof tiers;
  readonly pages: number;
  readonly latency: number;
  readonly timeline: keyof typeof timelines;
  /** Over the bound, (N − size) ÷ leak + latency for the N requests made. */
  readonly most: number;
  /** Over the least requests for the rows there are. */
  readonly requests: number;
}

const casesOf = (one: Omit<Case, 'latency' | 'timeline'>, ...latencies: readonly number[]): Case[] =>
  latencies.flatMap((latency) =>
    (['even', 'skewed', 'sandbox'] as const).map((timeline) => ({ ...one, latency, timeline })),
  );

const seeds = [1, 2, 3];

/** What most syncs stay under: the middle one of three. */
function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

describe('a first sync, in virtual time', () => {
  it.each<Case>([
    ...casesOf({ tier: '1x1', pages: 400, most: 1.05, requests: 1.15 }, 0.1, 1, 3),
    ...casesOf({ tier: '2x1', pages: 400, most: 1.05, requests: 1.15 }, 0.1, 1, 3),
    ...casesOf({ tier: '10x3', pages: 400, most: 1.4, requests: 1.6 }, 0.1, 1, 3),
    // From 1,000 pages on it is requests that count, where the two cannot both be had (docs/decisions/0001).
    ...casesOf({ tier: '1x1', pages: 1_000, most: 1.05, requests: 1.02 }, 3),
    ...casesOf({ tier: '2x1', pages: 1_000, most: 1.05, requests: 1.02 }, 1, 3),
    ...casesOf({ tier: '10x3', pages: 1_000, most: 1.05, requests: 1.02 }, 0.3),
    ...casesOf({ tier: '10x3', pages: 1_000, most: 3, requests: 1.02 }, 0.6, 1),
    ...casesOf({ tier: '10x3', pages: 1_000, most: 8, requests: 1.02 }, 3),
    ...casesOf({ tier: '10x3', pages: 4_000, most: 1.1, requests: 1.02 }, 3),
  ])(
    '$tier, $pages pages of $latency s, $timeline: within $most of the bound, no 429',
    { timeout: 120_000 },
    async ({ tier, pages, latency, timeline, most, requests }) => {
      const { leakPerSecond, size } = tiers[tier];
      const rows = rowsIn(pages, timelines[timeline]);
      const syncs: Throughput[] = [];
      for (const seed of seeds) syncs.push(await firstSync(tiers[tier], rows, latency * 1_000, seed));
      expect(syncs.map(({ refused }) => refused)).toEqual(seeds.map(() => 0));
      const bound = (sync: Throughput) => (sync.requests - size) / leakPerSecond + latency;
      const least = Math.ceil(rows.length / pageSize) + 4;
      const time = syncs.map((sync) => sync.seconds / bound(sync));
      const asked = syncs.map((sync) => sync.requests / least);
      expect(middle(time)).toBeLessThanOrEqual(most);
      expect(Math.max(...asked)).toBeLessThanOrEqual(requests);
    },
  );
});
