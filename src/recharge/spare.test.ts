import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { after, answered, ask, fast, flood, full, never, slow, wait } from './limiter.fixture.ts';
import { Limiter } from './limiter.ts';

const many = 1e9;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Limiter.spare', () => {
  it('is one before anything is known', async () => {
    const limiter = new Limiter(slow);
    expect(limiter.spare(many, 0)).toBe(1);
    flood(limiter, 1);
    await wait(100);
    expect(limiter.spare(many, 0)).toBe(0);
  });

  it.each([
    [slow, 100, Infinity],
    [slow, 3_000, Infinity],
    [fast, 100, Infinity],
    [fast, 3_000, Infinity],
    [fast, 3_000, 2],
  ])(
    'keeps the leak of %s busy while a request takes %d ms, at most %s a second',
    async (token, tookMs, most) => {
      const leak = Math.min(most, token === fast ? 20 : 2);
      const spare = (await after(tookMs, token, most)).spare(many, 0);
      const leaked = (leak * tookMs) / 1_000;
      expect(spare).toBeGreaterThan(leaked);
      expect(spare).toBeLessThan(1.1 * leaked + 2);
    },
  );

  it('fills the bucket by the time all are made', async () => {
    const limiter = await after(1_000);
    // With room for 36: of 50 to make, 14 must wait for the leak, so three and a half times as many may go meanwhile.
    expect([many, 100, 50, 1, 0].map((left) => limiter.spare(left, 0))).toEqual([4, 5, 9, 23, 23]);
  });

  it('is none while the bucket is full, or those that wait will fill it', async () => {
    expect((await full()).spare(many, 0)).toBe(0);
    const limiter = await after(3_000);
    flood(limiter, 60);
    expect(limiter.spare(many, 0)).toBe(0);
  });

  it('is less by those that wait', async () => {
    const limiter = await after(3_000);
    const before = limiter.spare(many, 0);
    flood(limiter, 3);
    expect(limiter.spare(many, 0)).toBe(before - 3);
  });

  it('is less by what is under way, until that has ended, be it in failure', async () => {
    const limiter = await after(3_000);
    const before = limiter.spare(many, 0);
    const failing = Promise.allSettled([
      limiter.run(5, never, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        throw new Error('failed');
      }),
    ]);
    await wait(500);
    expect(limiter.spare(many, 0)).toBe(before - 1);
    await wait(1_000);
    await failing;
    expect(limiter.spare(many, 0)).toBe(before);
  });

  it('is no more than memory bears beside the pages that wait', async () => {
    const limiter = await after(3_000, fast);
    expect([0, 90, 96, 200].map((pages) => limiter.spare(100, pages))).toEqual([96, 6, 0, 0]);
  });

  it('follows how long requests take, slowly, and not those that had no answer', async () => {
    const limiter = await after(3_000);
    await ask(limiter, 30_000, (sent) => limiter.lost(sent));
    expect(limiter.spare(many, 0)).toBe(8);
    await answered(limiter, 100, '1/40');
    expect(limiter.spare(many, 0)).toBe(7);
    for (let more = 0; more < 20; more++) await answered(limiter, 100, '1/40');
    expect(limiter.spare(many, 0)).toBeLessThan(4);
  });
});
