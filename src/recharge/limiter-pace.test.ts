import { describe, expect, it } from 'vitest';
import {
  fast,
  flood,
  limiterAfter,
  newRequester,
  queueMs,
  respond,
  roomy,
  silent,
  useVirtualTime,
  wait,
} from './limiter.fixture.ts';

useVirtualTime();

describe('Limiter, where responses have no X-Recharge-Limit', () => {
  it.each([
    ['sk_test_1x1_c0ffee', 2],
    ['sk_2x1_c0ffee', 4],
    ['sk_test_10x3_c0ffee', 20],
    ['sk_1x12_c0ffee', 2],
    ['c0ffee', 1.6],
    ['sk_test_c0ffee', 1.6],
    ['sk_test_0x3_c', 1.6],
    ['my_sk_10x3_c', 1.6],
    ['sk_10x3', 1.6],
    ['sk_100x3_c', 1.6],
  ])('sends evenly at the pace of the token %s: %d a second', async (token, pace) => {
    const limiter = await limiterAfter(silent, token);
    const sentAt = flood(limiter, 300);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 10 * pace)).toBeLessThanOrEqual(1);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000 / pace - 10);
  });

  it.each(['', '39', '39/0', 'x39/40', '39/40x'])('learns nothing from the level %j', async (quota) => {
    const sentAt = flood(await limiterAfter({ status: 200, quota }), 100);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 20)).toBeLessThanOrEqual(1);
  });

  it('halves the pace at a 429', async () => {
    const limiter = await limiterAfter(silent, fast);
    await respond(limiter, { status: 429, holdMs: 0 });
    const sentAt = flood(limiter, 300);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 100)).toBeLessThanOrEqual(1);
  });

  it('halves the pace once for the 429s of requests that were in flight together', async () => {
    const limiter = await limiterAfter(silent, fast);
    const limited = Array.from({ length: 40 }, () =>
      limiter.run(newRequester(), async () => {
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        return { status: 429, holdMs: 0 };
      }),
    );
    await wait(10_000);
    await Promise.all(limited);
    const sentAt = flood(limiter, 300);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 100)).toBeLessThanOrEqual(1);
  });

  it('is back at its pace 140 responses after a 429', async () => {
    const limiter = await limiterAfter(silent, fast);
    await respond(limiter, { status: 429, holdMs: 0 });
    const responses = Array.from({ length: 140 }, () => limiter.run(newRequester(), async () => silent));
    await wait(14_000);
    await Promise.all(responses);
    const sentAt = flood(limiter, 300);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 200)).toBeLessThanOrEqual(2);
  });

  it('has use for more requests in flight while fewer go than the pace allows', async () => {
    const limiter = await limiterAfter(silent, fast);
    for (let request = 0; request < 30; request++) {
      flood(limiter, 1);
      await wait(50);
      expect(limiter.availableConcurrency(1_000, 0)).toBe(1);
    }
  });

  it('goes by the level once a response tells it', async () => {
    const limiter = await limiterAfter(silent);
    await wait(1_000);
    await respond(limiter, roomy);
    const sentAt = flood(limiter, 100);
    await wait(queueMs);
    expect(sentAt.length).toBeGreaterThan(30);
  });

  it('is paced once the level has not been told for 10 s, and by the level until then', async () => {
    const limiter = await limiterAfter(roomy);
    await respond(limiter, silent);
    const byLevel = Array.from({ length: 20 }, () => limiter.run(newRequester(), async () => silent));
    await wait(queueMs);
    await Promise.all(byLevel);
    await wait(10_000);
    await respond(limiter, silent);
    const sentAt = flood(limiter, 100);
    await wait(10_000);
    expect(Math.abs(sentAt.length - 20)).toBeLessThanOrEqual(1);
  });
});
