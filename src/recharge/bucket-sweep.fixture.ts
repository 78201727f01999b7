import { expect } from 'vitest';
import { seededRandom } from '../random.fixture.ts';
import { type Scenario, simulate, usable } from './bucket.fixture.ts';

/** Random draws a seed, and in how many of them feedback may come too late. */
export const draws = 200;
const mostAlone = 0.01 * draws;
const mostShared = 0.03 * draws;

/** What another program on the token does. */
export const elsewheres = ['takes half', 'starts', 'stops'] as const;
type Elsewhere = (typeof elsewheres)[number];

/** Random leaks, buckets, latencies and numbers of calls, over the ranges that the API may have. */
function drawScenario(random: () => number, elsewhere?: Elsewhere): Scenario {
  const between = (low: number, high: number) => low * (high / low) ** random();
  const leakPerSecond = between(1, 20);
  const calls = Math.round(between(300, 2_000));
  const changesAt = (calls / leakPerSecond) * (0.25 + 0.5 * random());
  const half = leakPerSecond / 2;
  const rates: Record<Elsewhere, (seconds: number) => number> = {
    'takes half': () => half,
    starts: (seconds) => (seconds < changesAt ? 0 : half),
    stops: (seconds) => (seconds < changesAt ? half : 0),
  };
  return {
    size: Math.round(between(20, 240)),
    leakPerSecond,
    latency: between(0.05, 5),
    jitter: random() < 0.5 ? 0 : 0.2,
    countsOn: random() < 0.5 ? 'arrival' : 'response',
    calls,
    random,
    ...(elsewhere && { elsewhere: rates[elsewhere] }),
  };
}

/** Runs all draws of a seed. */
function sweep(seed: number, elsewhere?: Elsewhere) {
  const random = seededRandom(seed);
  return Array.from({ length: draws }, () => {
    const scenario = drawScenario(random, elsewhere);
    const result = simulate(scenario);
    const limitedShare = result.rateLimited / result.requests;
    const usedShare = scenario.calls / usable(scenario, result);
    const { leakPerSecond, size, latency, jitter, countsOn, calls } = scenario;
    const name = `${calls} calls of ${latency.toFixed(2)} s ± ${jitter}, ${leakPerSecond.toFixed(1)}/s, bucket ${size}, counts on ${countsOn}: ${result.rateLimited} were 429, ${(100 * usedShare).toFixed(0)} % used`;
    return { name, limitedShare, usedShare };
  });
}

type Draw = ReturnType<typeof sweep>[number];
const byLimited = (a: Draw, b: Draw) => b.limitedShare - a.limitedShare;
const byUsed = (a: Draw, b: Draw) => a.usedShare - b.usedShare;
/** Fails where there are more draws than `most` and names the seed and the worst. */
function expectFew(seed: number, unfit: readonly Draw[], most: number): void {
  const names = unfit.length > most ? unfit.slice(0, 5).map(({ name }) => name) : [];
  expect({ seed, names }).toEqual({ seed, names: [] });
}

/** No 429, and nine tenths of the limit are used, but for a few draws. */
export function expectFitAlone(seed: number): void {
  const results = sweep(seed);
  const limited = results.filter(({ limitedShare }) => limitedShare > 0).toSorted(byLimited);
  expectFew(seed, limited, mostAlone);
  const unused = results.filter(({ usedShare }) => usedShare < 0.9).toSorted(byUsed);
  expectFew(seed, unused, mostAlone);
  expectFew(
    seed,
    limited.filter(({ limitedShare }) => limitedShare >= 0.05),
    0,
  );
}

/** One call in a hundred is 429 at most, and nine tenths of what is left are used, but for a few draws. */
export function expectFitBeside(seed: number, elsewhere: Elsewhere): void {
  const results = sweep(seed, elsewhere);
  const limited = results.filter(({ limitedShare }) => limitedShare >= 0.01).toSorted(byLimited);
  const unused = results.filter(({ usedShare }) => usedShare < 0.9).toSorted(byUsed);
  expectFew(seed, limited, mostShared);
  expectFew(seed, unused, mostShared);
  expectFew(
    seed,
    limited.filter(({ limitedShare }) => limitedShare >= 0.05),
    0,
  );
  expectFew(
    seed,
    unused.filter(({ usedShare }) => usedShare < 0.8),
    0,
  );
}
