import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { describe, expect, it, vi } from 'vitest';
import {
  fast,
  flood,
  full,
  limiterAfter,
  newRequester,
  queueMs,
  respond,
  roomy,
  silent,
  slow,
  untiered,
  useVirtualTime,
  wait,
} from './limiter.fixture.ts';
import { Limiter } from './limiter.ts';

useVirtualTime();

describe('Limiter, before the first response', () => {
  it.each([
    [1, 1],
    [3, 3],
    [5, 5],
    [8, 5],
  ])('%i streams have at most %i requests in flight', async (streams, requests) => {
    const limiter = new Limiter(fast);
    const sentAt = Array.from({ length: streams }, () => flood(limiter, 20));
    await wait(30_000);
    expect(sentAt.flat()).toHaveLength(requests);
  });

  it('the first request goes alone, until it comes to something and for 2 s at most', async () => {
    const limiter = new Limiter(fast);
    const sentAt = Array.from({ length: 5 }, () => flood(limiter, 1));
    await wait(1_900);
    expect(sentAt.flat()).toHaveLength(1);
    await wait(1_200);
    expect(sentAt.flat()).toHaveLength(5);
  });

  it('asks again when a request had no response', async () => {
    const limiter = new Limiter(fast);
    await respond(limiter, {});
    const sentAt = flood(limiter, 20);
    await wait(1_000);
    expect(sentAt.length).toBeGreaterThan(0);
    expect(sentAt.length).toBeLessThanOrEqual(2);
  });
});

describe('Limiter, where responses tell the level', () => {
  it('lets as many go as there is room for, whatever the token says', async () => {
    for (const token of [slow, fast, untiered]) {
      const limiter = await limiterAfter({ status: 200, quota: ' 10 / 40 ' }, token);
      const sentAt = flood(limiter, 200);
      await wait(queueMs);
      expect(sentAt.length).toBeGreaterThan(25);
      expect(sentAt.length).toBeLessThanOrEqual(30);
    }
  });

  it('lets none go while the bucket is full, and goes on as soon as a response shows room', async () => {
    const limiter = await limiterAfter({ status: 200, quota: '37/40' });
    const roomyLater = limiter.run(newRequester(), async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return roomy;
    });
    await wait(queueMs);
    const sentAt = flood(limiter, 100);
    await wait(300);
    expect(sentAt.length).toBeLessThanOrEqual(3);
    await wait(100 + queueMs);
    await roomyLater;
    expect(sentAt.length).toBeGreaterThan(10);
  });

  it('counts requests that had no response', async () => {
    const limiter = await limiterAfter({ status: 200, quota: '20/40' });
    for (let lost = 0; lost < 5; lost++) await respond(limiter, {}, 0);
    const sentAt = flood(limiter, 100);
    await wait(queueMs);
    expect(sentAt.length).toBeGreaterThan(10);
    expect(sentAt.length).toBeLessThanOrEqual(15);
  });

  it('sends no faster than max_requests_per_second', async () => {
    const limiter = await limiterAfter(roomy, fast, 2);
    const sentAt = flood(limiter, 30);
    await wait(5_000);
    expect(sentAt.length).toBeGreaterThanOrEqual(9);
    expect(sentAt.length).toBeLessThanOrEqual(10);
  });

  it('has one timer, however many wait', async () => {
    const limiter = await limiterAfter(full);
    flood(limiter, 100);
    await wait(queueMs);
    // Bottleneck has one of its own.
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });
});

describe('Limiter, after a 429', () => {
  it.each([
    ['tells the level', roomy],
    ['tells nothing', silent],
  ])('holds everybody for holdMs where the API %s', async (_, before) => {
    const limiter = await limiterAfter(before, fast);
    await wait(1_000);
    await respond(limiter, { status: 429, quota: before.quota, holdMs: 2_000 });
    const sentAt = [flood(limiter, 20), flood(limiter, 20)];
    expect(limiter.availableConcurrency(100, 0)).toBe(0);
    await wait(1_900);
    expect(sentAt.flat()).toHaveLength(0);
    await wait(200);
    expect(sentAt.flat().length).toBeGreaterThan(0);
  });

  it('holds until the latest of several', async () => {
    const limiter = await limiterAfter(roomy);
    await respond(limiter, { status: 429, quota: '1/40', holdMs: 2_000 });
    const sentAt = flood(limiter, 1);
    await wait(1_000);
    expect(sentAt).toHaveLength(0);
    await wait(1_010);
    expect(sentAt).toHaveLength(1);
  });

  it('takes the bucket for full where the 429 does not tell the level', async () => {
    const limiter = await limiterAfter(roomy);
    await respond(limiter, { status: 429, holdMs: 500 });
    const sentAt = flood(limiter, 100);
    await wait(3_000);
    expect(sentAt.length).toBeLessThan(10);
  });
});

describe('Limiter.availableConcurrency', () => {
  it('is 0 before the first response of the only stream', async () => {
    const limiter = new Limiter(fast);
    flood(limiter, 1);
    await wait(queueMs);
    expect(limiter.availableConcurrency(1_000, 0)).toBe(0);
  });

  it('grows with the requests in flight while the bucket has room', async () => {
    const limiter = new Limiter(fast);
    await respond(limiter, { status: 200, quota: '1/240' }, 1_000);
    const few = limiter.availableConcurrency(10_000, 1);
    flood(limiter, 8);
    await wait(queueMs);
    expect(few).toBeGreaterThan(0);
    expect(limiter.availableConcurrency(10_000, 1)).toBeGreaterThan(few);
  });

  it('is 0 while the bucket is full', async () => {
    const limiter = await limiterAfter(full);
    expect(limiter.availableConcurrency(1_000, 0)).toBe(0);
  });

  it('leaves out what waits and what is about to be asked', async () => {
    const limiter = await limiterAfter(roomy);
    const available = limiter.availableConcurrency(20, 0);
    expect(available).toBeGreaterThan(10);
    expect(limiter.availableConcurrency(20, 4)).toBeLessThanOrEqual(available - 4 + 8);
    expect(limiter.availableConcurrency(20, 1_000)).toBe(0);
  });

  it('holds at most 128 requests and pages in memory', async () => {
    const limiter = await limiterAfter({ status: 200, quota: '1/1000' });
    expect(limiter.availableConcurrency(500, 0)).toBe(128);
    const written = Array.from({ length: 100 }, () => limiter.buffer());
    expect(limiter.availableConcurrency(500, 0)).toBe(28);
    flood(limiter, 20);
    await wait(queueMs);
    expect(limiter.availableConcurrency(500, 0)).toBe(8);
    written.forEach((release) => release());
    expect(limiter.availableConcurrency(500, 0)).toBe(108);
  });

  it('is a number of requests, whatever the responses told', async () => {
    const limiter = await limiterAfter(roomy);
    for (const used of [2, 40, 1, 40, 3, 0, 39, 1]) {
      await respond(limiter, { status: 200, quota: `${used}/40` }, 600);
      expect(limiter.availableConcurrency(1_000, 1)).toBeGreaterThanOrEqual(0);
    }
  });
});

const digits = fc.constantFrom('0', '1', '2', '40', '4000000', `1${'0'.repeat(30)}`, '9'.repeat(400));
const levels = fc.oneof(
  fc.tuple(digits, digits).map((pair) => pair.join('/')),
  fc.constantFrom('-1/40', '1/-40', '1e3/40', '40', '1/40, 2/40', 'NaN/NaN', '1/40/40', '∞/1', ''),
);
const lyingOutcome = fc.record({ status: fc.constantFrom(200, 200, 200, 429, 500), quota: levels });

it('lets 20 requests go within 5 minutes, whatever the headers say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lyingOutcome, { minLength: 1, maxLength: 5 }), async (outcomes) => {
      const limiter = new Limiter(slow);
      let sent = 0;
      const outcome = async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return outcomes[sent % outcomes.length] ?? {};
      };
      void (async () => {
        for (; sent < 20; sent += 1) await limiter.run(newRequester(), outcome);
      })();
      await wait(5 * 60_000);
      expect(sent).toBe(20);
    }),
    { numRuns: runs(50) },
  );
});

it.each([-86_400_000, 86_400_000])('goes on when the clock of the machine is set by %i ms', async (by) => {
  const limiter = await limiterAfter(roomy);
  await respond(limiter, roomy);
  vi.setSystemTime(Date.now() + by);
  const sentAt = flood(limiter, 10);
  await wait(queueMs);
  expect(sentAt).toHaveLength(10);
});

it('is not held up by the smallest bucket while it is empty', async () => {
  const limiter = await limiterAfter({ status: 200, quota: '0/1' });
  const sentAt = flood(limiter, 1);
  await wait(queueMs);
  expect(sentAt).toHaveLength(1);
});
