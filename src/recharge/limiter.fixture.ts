import { afterEach, beforeEach, vi } from 'vitest';
import { Limiter, type Outcome, type Requester } from './limiter.ts';

/** Tokens whose names say 2 and 20 calls a second, and one whose name says nothing. */
export const slow = 'sk_test_1x1_c0ffee';
export const fast = 'sk_test_10x3_c0ffee';
export const untiered = 'sk_test_c0ffee';

/** What Bottleneck takes at most to let a few dozen requests go that there is room for, in milliseconds. */
export const queueMs = 100;

/** In each test of a file, time that `wait` alone moves on. */
export function useVirtualTime(): void {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
}

export const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

export function newRequester(signal = new AbortController().signal): Requester {
  return { signal, inFlight: 0 };
}

/** Asks so many times, and gets no response. When each request went out, in milliseconds. */
export function flood(limiter: Limiter, requests: number, requester = newRequester()): number[] {
  const sentAt: number[] = [];
  const request = () => {
    sentAt.push(performance.now());
    return new Promise<Outcome>(() => {});
  };
  for (let asked = 0; asked < requests; asked++) limiter.run(requester, request).catch(() => {});
  return sentAt;
}

/** One request, which has such a response so many milliseconds after it went out. */
export async function respond(limiter: Limiter, outcome: Outcome, tookMs = 100): Promise<void> {
  const response = limiter.run(newRequester(), async () => {
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    return outcome;
  });
  const isSettled = response.then(() => true);
  const step = () => wait(queueMs / 10).then(() => false);
  await wait(tookMs);
  while (!(await Promise.race([isSettled, step()])));
}

/** A limiter that has seen one response. */
export async function limiterAfter(
  outcome: Outcome,
  token = slow,
  maxRequestsPerSecond?: number,
): Promise<Limiter> {
  const limiter = new Limiter(token, maxRequestsPerSecond);
  await respond(limiter, outcome);
  return limiter;
}

/** Responses with room for nearly all of the bucket, with room for nothing, and without a word on the limit. */
export const roomy: Outcome = { status: 200, quota: '1/40' };
export const full: Outcome = { status: 200, quota: '40/40' };
export const silent: Outcome = { status: 200 };
