import type { RechargeErrorKind } from './errors.ts';

/** How long to go on with one request: whichever of the two ends first. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxElapsedMs: number;
}

const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** A timer of more goes off at once. */
const longestTimerMs = 2 ** 31 - 1;

/** What asking again may help against. */
export const passing: ReadonlySet<RechargeErrorKind> = new Set(['rateLimited', 'unavailable', 'malformed']);

/**
 * Milliseconds to wait before the next attempt; undefined where it cannot help, or the policy is at its end. `attempt`
 * counts from 1. `chance` in [0, 1) spreads the waits, so that what failed together does not come back together.
 */
export function retryDelayMs(
  attempt: number,
  { kind, retryAfterMs = 0 }: { kind: RechargeErrorKind; retryAfterMs?: number | undefined },
  elapsedMs: number,
  policy: RetryPolicy,
  chance: number,
): number | undefined {
  if (!passing.has(kind) || attempt >= policy.maxAttempts) return undefined;
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  const own = Math.round(ceiling * (0.5 + chance / 2));
  // Of its rate limit the server knows the end; an outage lasts as long as it lasts.
  const isKnown = kind === 'rateLimited' && retryAfterMs > 0;
  const waitMs = isKnown ? retryAfterMs : Math.max(own, retryAfterMs);
  return elapsedMs + waitMs > policy.maxElapsedMs ? undefined : waitMs;
}

/** Retry-After in milliseconds: seconds, or an HTTP date seen from `now`. Undefined when it is absent or makes no sense. */
export function retryAfterIn(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const at = /^(sun|mon|tue|wed|thu|fri|sat)/i.test(text) ? Date.parse(text) : Number.NaN;
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : at - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(longestTimerMs, Math.max(0, waitMs));
}
