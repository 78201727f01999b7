import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.fixture.ts';
import { simulate, usable } from './bucket.fixture.ts';
import { Bucket, type Quota } from './bucket.ts';
import { draws, elsewheres, expectFitAlone, expectFitBeside } from './bucket-sweep.fixture.ts';

/** A bucket that a response at `now`, to a request sent `tookMs` before, has told the level of. */
function bucketAt(quota: Quota, now = 1_000, tookMs = 100): Bucket {
  const bucket = new Bucket();
  bucket.settle(bucket.acquire(now - tookMs), now, quota);
  return bucket;
}

/** Requests that go at once. */
function burst(bucket: Bucket, now: number): number {
  let requests = 0;
  for (; bucket.waitMs(now) === 0; requests++) bucket.acquire(now);
  return requests;
}

describe('Bucket', () => {
  it('lets 5 requests go while the level is not known', () => {
    expect(burst(new Bucket(), 0)).toBe(5);
  });

  it('lets as many go as the response says there is room for, less a margin', () => {
    const requests = burst(bucketAt({ used: 10, size: 40 }), 1_000);
    expect(requests).toBeGreaterThan(26);
    expect(requests).toBeLessThanOrEqual(30);
  });

  it('lets none go when the bucket is full, until some has leaked', () => {
    const bucket = bucketAt({ used: 40, size: 40 });
    expect(bucket.room(1_000)).toBeLessThan(1);
    const waitMs = bucket.waitMs(1_000);
    expect(waitMs).toBeGreaterThan(0);
    expect(bucket.waitMs(1_000 + Math.ceil(waitMs))).toBe(0);
  });

  it('takes the bucket for full after a 429 that does not tell the level', () => {
    const bucket = bucketAt({ used: 1, size: 40 });
    bucket.settle(bucket.acquire(1_000), 1_100, undefined, false);
    expect(bucket.room(1_100)).toBeLessThan(1);
  });

  it('takes the level from a 429 that tells it', () => {
    const bucket = bucketAt({ used: 1, size: 40 });
    bucket.settle(bucket.acquire(1_000), 1_100, { used: 2, size: 40 }, false);
    expect(burst(bucket, 1_100)).toBeGreaterThan(30);
  });

  it('counts requests whose responses told no level', () => {
    const bucket = bucketAt({ used: 30, size: 40 });
    for (let request = 0; request < 5; request++) bucket.settle(bucket.acquire(1_000), 1_000);
    expect(bucket.room(1_000)).toBeLessThanOrEqual(5);
  });

  it.each([
    { everyMs: 500, least: 0.95, most: 1 },
    { everyMs: 2_000, least: 0.24, most: 0.8 },
    { everyMs: 10_000, least: 0.04, most: 0.2 },
  ])(
    'of a leak of 2 a second, a call every $everyMs ms uses no less than it does',
    ({ everyMs, least, most }) => {
      const bucket = new Bucket();
      let [level, at] = [0, 0];
      for (; at < 120_000; at += everyMs) {
        level += 1;
        bucket.settle(bucket.acquire(at), at, { used: Math.ceil(level), size: 40 });
        level = Math.max(0, level - (2 * everyMs) / 1_000);
      }
      const { perSecond, used } = bucket.usage(at);
      expect(perSecond).toBeLessThanOrEqual(2);
      expect(used).toBeGreaterThan(least);
      expect(used).toBeLessThanOrEqual(most);
    },
  );

  it('knows the level no longer when the last response is 10 s old: 5 requests go', () => {
    const bucket = bucketAt({ used: 1, size: 40 });
    expect(burst(bucket, 1_000 + 10_001)).toBe(5);
  });

  it.each(['arrival', 'response'] as const)('measures the leak of an API that counts on %s', (countsOn) => {
    const random = seededRandom(1);
    const scenario = { size: 40, leakPerSecond: 7, latency: 1, jitter: 0.2, countsOn, calls: 800, random };
    const result = simulate(scenario);
    expect(result.rateLimited).toBe(0);
    expect(scenario.calls / usable(scenario, result)).toBeGreaterThan(0.97);
  });
});

describe('Bucket, by how many requests in flight it has use for', () => {
  it('fills an empty bucket at once where the pages fit in', () => {
    expect(bucketAt({ used: 1, size: 120 }).concurrencyFor(20, 0, 1_000)).toBeGreaterThan(20);
  });

  it('needs fewer the more pages remain, so that the bucket fills as the last is read', () => {
    const bucket = bucketAt({ used: 1, size: 120 }, 3_000, 2_000);
    for (let request = 0; request < 20; request++) bucket.acquire(3_000);
    const [few, many] = [150, 1_500].map((pages) => bucket.concurrencyFor(pages, 0, 3_000)) as [
      number,
      number,
    ];
    expect(few).toBeGreaterThan(many);
    expect(many).toBeGreaterThan(0);
  });

  it('grows at most by a factor each round trip while the leak is not known', () => {
    const bucket = bucketAt({ used: 40, size: 40 }, 6_000, 5_000);
    bucket.acquire(6_000);
    expect(bucket.concurrencyFor(10_000, 0, 6_000)).toBeLessThan(3);
  });
});

const seed = 1;

describe(`Bucket, in virtual time, over ${draws} random APIs`, () => {
  it(`alone on the token: no 429, and nine tenths of the limit are used (seed ${seed})`, () =>
    expectFitAlone(seed));

  describe.each(elsewheres)('beside a program that %s', (elsewhere) => {
    it(`one call in a hundred is 429 at most, and nine tenths of what is left are used (seed ${seed})`, () =>
      expectFitBeside(seed, elsewhere));
  });
});
