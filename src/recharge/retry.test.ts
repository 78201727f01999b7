import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RechargeErrorKind } from './errors.ts';
import { type RetryPolicy, retryAfterIn, retryDelayMs } from './retry.ts';

const policy: RetryPolicy = { maxAttempts: 5, maxElapsedMs: 600_000 };
const wait = (attempt: number, kind: RechargeErrorKind, after?: number, elapsedMs = 0) =>
  retryDelayMs(attempt, { kind, retryAfterMs: after }, elapsedMs, policy, 0.5);

describe('retryDelayMs', () => {
  it.each(['rateLimited', 'unavailable', 'malformed'] as const)('asks again when %s [E-07]', (kind) => {
    expect(wait(1, kind)).toBe(750);
  });

  it.each(['unauthenticated', 'forbidden', 'rejected'] as const)('does not ask again when %s', (kind) => {
    expect(wait(1, kind)).toBeUndefined();
  });

  it('waits twice as long each time, up to a minute, between half and all of it', () => {
    const waits = (chance: number) =>
      [1, 2, 3, 9].map((attempt) =>
        retryDelayMs(attempt, { kind: 'unavailable' }, 0, { maxAttempts: 99, maxElapsedMs: 600_000 }, chance),
      );
    expect(waits(0)).toEqual([500, 1_000, 2_000, 30_000]);
    expect(waits(0.999_999)).toEqual([1_000, 2_000, 4_000, 60_000]);
  });

  it("takes the server's Retry-After as it is for the rate limit, and for the least in an outage", () => {
    expect(wait(1, 'rateLimited', 7_000)).toBe(7_000);
    expect(wait(4, 'rateLimited', 100)).toBe(100);
    expect(wait(1, 'unavailable', 7_000)).toBe(7_000);
    expect(wait(3, 'unavailable', 0)).toBe(3_000);
    expect(wait(3, 'unavailable', 100)).toBe(3_000);
  });

  it('takes Retry-After: 0 for no word at all: ten attempts would be gone in a moment', () => {
    expect(wait(3, 'rateLimited', 0)).toBe(3_000);
  });

  it('gives up after so many attempts, or when the next would come too late', () => {
    expect(wait(4, 'unavailable')).toBe(6_000);
    expect(wait(5, 'unavailable')).toBeUndefined();
    expect(wait(2, 'rateLimited', 10_000, 590_000)).toBe(10_000);
    expect(wait(2, 'rateLimited', 10_000, 590_001)).toBeUndefined();
  });

  it('never goes beyond its policy, whatever comes', () => {
    const failed = fc.record({
      kind: fc.constantFrom<RechargeErrorKind>('rateLimited', 'unavailable', 'malformed', 'rejected'),
      retryAfterMs: fc.option(fc.nat(1e9), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.infiniteStream(failed),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, chance) => {
          let elapsed = 0;
          let attempt = 1;
          for (const next of failures) {
            const waitMs = retryDelayMs(attempt, next, elapsed, policy, chance);
            if (waitMs === undefined) break;
            elapsed += waitMs;
            attempt += 1;
          }
          expect(attempt).toBeLessThanOrEqual(policy.maxAttempts);
          expect(elapsed).toBeLessThanOrEqual(policy.maxElapsedMs);
        },
      ),
    );
  });
});

describe('retryAfterIn', () => {
  const now = Date.parse('2024-05-01T10:00:00Z');
  it.each([
    ['5', 5_000],
    ['120', 120_000],
    [' 0.5 ', 500],
    ['0.25', 250],
    ['Wed, 01 May 2024 10:00:30 GMT', 30_000],
    ['Wed, 01 May 2024 09:00:00 GMT', 0],
    ['9'.repeat(400), 2 ** 31 - 1],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 2 ** 31 - 1],
    ['1e9', undefined],
    ['soon 2030', undefined],
    ['soon', undefined],
    ['-3', undefined],
    ['5, 5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, expected) => {
    expect(retryAfterIn(header, now)).toBe(expected);
  });
});
