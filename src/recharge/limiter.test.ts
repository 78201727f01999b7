import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sent } from './bucket.ts';
import { Limiter } from './limiter.ts';

const slow = 'sk_test_1x1_c0ffee';
const fast = 'sk_test_10x3_c0ffee';
const never = new AbortController().signal;
const many = 1e9;
const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** Asks so many times, and gets no answer. The requests, as they go out. */
function flood(limiter: Limiter, requests: number, signal = never): Sent[] {
  const gone: Sent[] = [];
  const request = (sent: Sent) => {
    gone.push(sent);
    return new Promise(() => {});
  };
  for (let asked = 0; asked < requests; asked++) void limiter.run(5, signal, request).catch(() => {});
  return gone;
}

/** One request, from its slot to what comes of it so many milliseconds later. */
async function ask(limiter: Limiter, tookMs: number, outcome: (sent: Sent) => void): Promise<void> {
  const asked = limiter.run(5, never, async (sent) => {
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    outcome(sent);
  });
  await wait(tookMs + 100);
  await asked;
}

const answered = (limiter: Limiter, tookMs: number, level?: string) =>
  ask(limiter, tookMs, (sent) => limiter.answered(sent, level));

/** A limiter that has seen one request, at a bucket as good as empty. */
async function after(tookMs: number, token = slow, mostPerSecond?: number): Promise<Limiter> {
  const limiter = new Limiter(token, mostPerSecond);
  await answered(limiter, tookMs, token === slow ? '1/40' : '1/120');
  return limiter;
}

/** A limiter whose bucket is full. */
async function full(): Promise<Limiter> {
  const limiter = new Limiter(slow);
  await answered(limiter, 100, '39/40');
  return limiter;
}

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

describe('spare', () => {
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
