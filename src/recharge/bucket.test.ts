import { describe, expect, it } from 'vitest';
import { simulate, type World } from './bucket.fixture.ts';
import { Bucket, type Sent } from './bucket.ts';

const tiers = [
  { tier: '1x1', leakPerSecond: 2, size: 40, calls: 400 },
  { tier: '2x1', leakPerSecond: 4, size: 40, calls: 400 },
  { tier: '10x3', leakPerSecond: 20, size: 120, calls: 4_000 },
];
const worlds = tiers.flatMap((tier) =>
  [100, 1_000, 3_000].flatMap((ms) =>
    (['request', 'response'] as const).map((countOn) => ({ ...tier, ms, countOn })),
  ),
);

function world(of: (typeof worlds)[number], over: Partial<World> = {}): World {
  return { ...of, latency: (chance) => of.ms * (0.8 + 0.4 * chance), elsewhere: 0, begunAt: 0, ...over };
}

/** The least seconds the bucket allows. */
const bound = ({ calls, size, leakPerSecond, ms }: (typeof worlds)[number], elsewhere = 0) =>
  (calls - size) / (leakPerSecond - elsewhere) + ms / 1000;

describe('Bucket, in virtual time', () => {
  describe.each(worlds)('$tier, $ms ms a page, counted on $countOn', (of) => {
    it("with the token's word for its tier: within 5 % of the bound, no 429", () => {
      const { seconds, refused } = simulate(world(of), of, of.calls);
      expect(refused).toBe(0);
      expect(seconds / bound(of)).toBeLessThan(1.05);
    });

    it('without a word: it finds the tier by itself, no 429', () => {
      const { refused, leak } = simulate(world(of), { size: 40, leakPerSecond: 1.6 }, of.calls);
      expect(refused).toBe(0);
      expect(leak / of.leakPerSecond).toBeGreaterThan(0.85);
      expect(leak / of.leakPerSecond).toBeLessThan(1.15);
    });

    it('beside a program that takes half: fewer than 1 % are 429, and 90 % of what is left is used', () => {
      const elsewhere = of.leakPerSecond / 2;
      const { seconds, refused } = simulate(world(of, { elsewhere }), of, of.calls);
      expect(refused / of.calls).toBeLessThan(0.01);
      expect(seconds / bound(of, elsewhere)).toBeLessThan(1 / 0.9);
    });

    it('with a token that boasts: the lie is found out after a few 429', () => {
      const { refused, seconds } = simulate(world(of), { size: 120, leakPerSecond: 20 }, of.calls);
      expect(refused).toBeLessThan(12);
      expect(seconds / bound(of)).toBeLessThan(1.1);
    });
  });
});

describe('Bucket', () => {
  it('lets a quarter of the bucket go before the first answer, spaced a little', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    let gone = 0;
    for (let now = 0; now < 1_000; now += 20) {
      if (bucket.waitMs(now) > 0) continue;
      bucket.sent(now);
      gone++;
    }
    expect(gone).toBe(11);
  });

  it('holds everybody back after a 429, until then', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    bucket.refused(bucket.sent(0), 5_000);
    expect(bucket.waitMs(1_000)).toBeGreaterThanOrEqual(4_000);
    expect(bucket.waitMs(4_999)).toBeGreaterThan(0);
  });

  it('is full after a 429, whatever was believed', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    bucket.refused(bucket.sent(0), 5_000);
    expect(bucket.level(0)).toBeCloseTo(40);
  });

  it('is not full for a 429 that says so', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    bucket.answered(bucket.sent(0), 1, 40);
    bucket.refused(bucket.sent(1_000), 2_000, 2);
    expect(bucket.waitMs(2_000)).toBe(0);
    expect(bucket.level(2_000)).toBeLessThan(5);
  });

  it('goes on counting where an answer told nothing', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    bucket.lost(bucket.sent(0));
    bucket.lost(bucket.sent(20));
    expect(bucket.level(20)).toBeCloseTo(1.96);
  });

  it('leaves out what never went out', () => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    bucket.sent(0);
    bucket.unused(bucket.sent(20));
    expect(bucket.level(20)).toBeCloseTo(0.96);
  });

  it('does not take for leaked what the API may count only when it answers', () => {
    const begun = 1_000_000;
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, begun);
    for (let call = 0; call < 9; call++) bucket.sent(begun);
    bucket.answered(bucket.sent(begun), 1, 40);
    expect(bucket.level(begun)).toBeCloseTo(10);
  });

  it.each<[string, (bucket: Bucket, sent: Sent) => void]>([
    ['had no answer', (bucket, sent) => bucket.lost(sent)],
    ['were refused', (bucket, sent) => bucket.refused(sent, 0, 0)],
    ['never went out', (bucket, sent) => bucket.unused(sent)],
  ])('does not wait for the API to count calls that %s', (_, end) => {
    const bucket = new Bucket({ size: 40, leakPerSecond: 2 }, 0);
    const calls = () => Array.from({ length: 9 }, () => bucket.sent(0));
    for (const sent of calls()) end(bucket, sent);
    for (const sent of calls()) bucket.lost(sent);
    bucket.answered(bucket.sent(0), 1, 40);
    expect(bucket.level(0)).toBeCloseTo(1);
  });
});
