import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  flood,
  full,
  limiterAfter,
  newRequester,
  queueMs,
  roomy,
  silent,
  slow,
  untiered,
  useVirtualTime,
  wait,
} from './limiter.fixture.ts';
import { Limiter, type Outcome } from './limiter.ts';

useVirtualTime();

describe('Limiter, with several streams', () => {
  it('lets a stream with few in flight go before one with many, and else who came first', async () => {
    const limiter = await limiterAfter(full);
    const order: string[] = [];
    const enqueue = (name: string, requester = newRequester()) =>
      limiter.run(requester, async () => {
        order.push(name);
        return full;
      });
    const large = newRequester();
    const asked = [1, 2, 3].map((page) => enqueue(`large ${page}`, large));
    asked.push(enqueue('small'), enqueue('other'));
    await wait(60_000);
    await Promise.all(asked);
    expect(order).toEqual(['large 1', 'small', 'other', 'large 2', 'large 3']);
  });
});

describe('Limiter, told to stop', () => {
  const reason = new Error('told to stop');

  it('rejects at once what waits, and never sends it', async () => {
    const limiter = await limiterAfter(full);
    const stop = new AbortController();
    const stopped = flood(limiter, 20, newRequester(stop.signal));
    const asked = Promise.allSettled([limiter.run(newRequester(stop.signal), async () => silent)]);
    stop.abort(reason);
    expect(await asked).toEqual([{ status: 'rejected', reason }]);
    await wait(60_000);
    expect(stopped).toHaveLength(0);
  });

  it.each([
    ['by the level', full, undefined],
    ['by the pace', silent, undefined],
    ['by max_requests_per_second', roomy, 1],
  ])('makes nobody wait for requests that were given up: %s', async (_, outcome, maxRequestsPerSecond) => {
    const [waited, undisturbed] = [
      await limiterAfter(outcome, untiered, maxRequestsPerSecond),
      await limiterAfter(outcome, untiered, maxRequestsPerSecond),
    ];
    const stop = new AbortController();
    flood(waited, 100, newRequester(stop.signal));
    const after = flood(waited, 20);
    stop.abort(reason);
    const alone = flood(undisturbed, 20);
    await wait(9_000);
    expect(alone.length).toBeGreaterThan(4);
    expect(alone.length - after.length).toBeLessThanOrEqual(1);
  });

  it('does not count what was never sent', async () => {
    const limiter = await limiterAfter(roomy);
    for (let request = 0; request < 20; request++) {
      const asked = limiter.run(newRequester(AbortSignal.abort(reason)), async () => silent);
      await expect(asked).rejects.toBe(reason);
      await wait(queueMs);
    }
    const sentAt = flood(limiter, 100);
    await wait(queueMs);
    expect(sentAt.length).toBeGreaterThan(30);
  });

  it('rejects at once what is in flight', async () => {
    const stop = new AbortController();
    const asked = new Limiter(slow).run(newRequester(stop.signal), () => new Promise<Outcome>(() => {}));
    await wait(100);
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('removes its listener from the signal when a request ends', async () => {
    const { signal } = new AbortController();
    const asked = new Limiter(slow).run(newRequester(signal), async () => roomy);
    await wait(100);
    await asked;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('Limiter, whatever becomes of a request', () => {
  it('gives its permit back: the next 5 go although the first 5 failed', async () => {
    const limiter = new Limiter(slow);
    const streams = Array.from({ length: 5 }, () => newRequester());
    const failed = streams.map((requester) =>
      limiter.run(requester, async () => {
        throw new Error('no response');
      }),
    );
    const results = Promise.allSettled(failed);
    await wait(queueMs);
    expect((await results).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    const sentAt = streams.map((requester) => flood(limiter, 1, requester));
    await wait(queueMs);
    expect(sentAt.flat()).toHaveLength(5);
  });

  it('gives its permit back when it is told to stop in flight', async () => {
    const limiter = new Limiter(slow);
    for (let stopped = 0; stopped < 10; stopped++) {
      const stop = new AbortController();
      const request = () =>
        new Promise<Outcome>((_, reject) => {
          stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error));
        });
      const asked = limiter.run(newRequester(stop.signal), request);
      await wait(10);
      stop.abort(new Error('told to stop'));
      await expect(asked).rejects.toThrow('told to stop');
    }
    const sentAt = flood(limiter, 1);
    await wait(queueMs);
    expect(sentAt).toHaveLength(1);
  });
});
