import { vi } from 'vitest';
import type { Sent } from './bucket.ts';
import { Limiter } from './limiter.ts';

export const slow = 'sk_test_1x1_c0ffee';
export const fast = 'sk_test_10x3_c0ffee';
export const never = new AbortController().signal;
export const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** Asks so many times, and gets no answer. The requests, as they go out. */
export function flood(limiter: Limiter, requests: number, signal = never): Sent[] {
  const gone: Sent[] = [];
  const request = (sent: Sent) => {
    gone.push(sent);
    return new Promise(() => {});
  };
  for (let asked = 0; asked < requests; asked++) void limiter.run(5, signal, request).catch(() => {});
  return gone;
}

/** One request, from its slot to what comes of it so many milliseconds later. */
export async function ask(limiter: Limiter, tookMs: number, outcome: (sent: Sent) => void): Promise<void> {
  const asked = limiter.run(5, never, async (sent) => {
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    outcome(sent);
  });
  await wait(tookMs + 100);
  await asked;
}

export const answered = (limiter: Limiter, tookMs: number, level?: string) =>
  ask(limiter, tookMs, (sent) => limiter.answered(sent, level));

/** A limiter that has seen one request, at a bucket as good as empty. */
export async function after(tookMs: number, token = slow, mostPerSecond?: number): Promise<Limiter> {
  const limiter = new Limiter(token, mostPerSecond);
  await answered(limiter, tookMs, token === slow ? '1/40' : '1/120');
  return limiter;
}

/** A limiter whose bucket is full. */
export async function full(): Promise<Limiter> {
  const limiter = new Limiter(slow);
  await answered(limiter, 100, '39/40');
  return limiter;
}
