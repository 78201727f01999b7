import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sent } from './bucket.ts';
import { after, answered, ask, fast, flood, full, never, slow, wait } from './limiter.fixture.ts';
import { Limiter } from './limiter.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Limiter, before the first answer', () => {
  it.each([
    ['sk_test_1x1_c0ffee', { size: 40, leak: 2 }],
    ['sk_2x1_c0ffee', { size: 40, leak: 4 }],
    ['sk_test_10x3_c0ffee', { size: 120, leak: 20 }],
    ['sk_1x12_c0ffee', { size: 480, leak: 2 }],
  ])(
    'believes the tier that the token %s names: a quarter of its bucket, and its leak',
    async (token, tier) => {
      const gone = flood(new Limiter(token), 300);
      await wait(10_000);
      const allowed = tier.size / 4 + 10 * tier.leak;
      expect(allowed - gone.length).toBeGreaterThanOrEqual(0);
      expect(allowed - gone.length).toBeLessThan(2);
    },
  );

  it.each([
    'c0ffee',
    'sk_test_c0ffee',
    'sk_test_0x3_c',
    'sk_test_3x0_c',
    'my_sk_10x3_c',
    'sk_10x3',
    'sk_100x3_c',
  ])('takes the token %s, which names no tier, for the smallest', async (token) => {
    const gone = flood(new Limiter(token), 300);
    await wait(10_000);
    expect(gone).toHaveLength(10 + 15);
  });

  it('asks no more often than the user allows', async () => {
    const gone = flood(new Limiter(fast, 2), 300);
    await wait(9_900);
    expect(gone).toHaveLength(20);
  });
});

describe('Limiter, with more to ask than the bucket has room for', () => {
  it('lets the urgent go first, and of the others who came first', async () => {
    const limiter = await full();
    const order: string[] = [];
    const queue = (priority: number, name: string) =>
      limiter.run(priority, never, async () => void order.push(name));
    const asked = [queue(9, 'last'), queue(5, 'first'), queue(5, 'second'), queue(0, 'urgent')];
    await wait(20_000);
    await Promise.all(asked);
    expect(order).toEqual(['urgent', 'first', 'second', 'last']);
  });

  it('goes by the level in an answer', async () => {
    const limiter = new Limiter(slow);
    await answered(limiter, 100, ' 5 / 40 ');
    const gone = flood(limiter, 100);
    await wait(1_000);
    expect(gone.length).toBeGreaterThan(30);
    const held = flood(await full(), 100);
    await wait(1_000);
    expect(held).toHaveLength(0);
  });

  it.each([undefined, '', '39', '39/0', 'x39/40', '39/40x'])(
    'learns nothing from the level %j',
    async (level) => {
      const limiter = new Limiter(slow);
      await answered(limiter, 100, level);
      const gone = flood(limiter, 100);
      await wait(1_000);
      expect(gone).toHaveLength(11);
    },
  );

  it('counts a request that had no answer', async () => {
    const limiter = new Limiter(slow);
    for (let lost = 0; lost < 5; lost++) await ask(limiter, 0, (sent) => limiter.lost(sent));
    const gone = flood(limiter, 100);
    await wait(600);
    expect(gone).toHaveLength(10 + 2 - 5);
  });

  it.each<[string, (limiter: Limiter, sent: Sent) => void]>([
    ['no answer', (limiter, sent) => limiter.lost(sent)],
    ['an answer without a level', (limiter, sent) => limiter.answered(sent, undefined)],
  ])('does not wait for the API to count requests that had %s', async (_, end) => {
    const limiter = new Limiter(slow);
    for (let ended = 0; ended < 9; ended++) await ask(limiter, 0, (sent) => end(limiter, sent));
    await answered(limiter, 0, '1/40');
    const gone = flood(limiter, 100);
    await wait(1_000);
    expect(gone.length).toBeGreaterThan(33);
  });

  it('goes on as soon as an answer shows that there is room', async () => {
    const limiter = new Limiter(slow);
    const asked = answered(limiter, 600, '1/40');
    const gone = flood(limiter, 100);
    await asked;
    expect(gone.length).toBeGreaterThan(13);
  });

  it('has one timer, however many wait', async () => {
    const limiter = await full();
    flood(limiter, 100);
    await wait(0);
    // Bottleneck has one of its own.
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });

  it('holds everybody back after a 429, and takes the bucket for full', async () => {
    const limiter = await after(100);
    await ask(limiter, 0, (sent) => limiter.refused(sent, 2_000, undefined));
    const gone = flood(limiter, 100);
    await wait(1_890);
    expect(gone).toHaveLength(0);
    await wait(5_000);
    expect(gone.length).toBeLessThan(10);
  });

  it('asks as before after a 429 which says that the bucket is not full', async () => {
    const limiter = await after(100);
    await ask(limiter, 0, (sent) => limiter.refused(sent, 2_000, '1/40'));
    const gone = flood(limiter, 100);
    await wait(1_890);
    expect(gone).toHaveLength(0);
    await wait(1_000);
    expect(gone.length).toBeGreaterThan(30);
  });
});

describe('Limiter, told to stop', () => {
  const reason = new Error('told to stop');

  it('rejects at once what waits, never asks for it, and gives its slots to others', async () => {
    const limiter = await full();
    const stop = new AbortController();
    const stopped = flood(limiter, 20, stop.signal);
    const asked = Promise.allSettled([limiter.run(5, stop.signal, () => Promise.resolve())]);
    const others = flood(limiter, 20);
    stop.abort(reason);
    expect(await asked).toEqual([{ status: 'rejected', reason }]);
    await wait(15_000);
    expect(stopped).toHaveLength(0);
    expect(others).toHaveLength(20);
  });

  it('rejects at once what is under way', async () => {
    const stop = new AbortController();
    const asked = new Limiter(slow).run(5, stop.signal, () => new Promise(() => {}));
    await wait(100);
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('rejects at once what comes later', async () => {
    const limiter = await full();
    const asked = limiter.run(5, AbortSignal.abort(reason), () => Promise.resolve());
    await expect(asked).rejects.toBe(reason);
  });

  it('leaves nothing behind on a signal that never comes', async () => {
    const { signal } = new AbortController();
    const asked = new Limiter(slow).run(5, signal, () => Promise.resolve());
    await wait(100);
    await asked;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
