/** Whether the bucket admits a request, and its level after that. */
export interface Drop {
  readonly admitted: boolean;
  /** Requests in the bucket, this one among them, rounded up. */
  readonly used: number;
}

/**
 * A leaky bucket (docs/recharge-api.md#rate-limit): each admitted request adds one, `leak` run out every
 * second, and a request that does not fit is refused and adds nothing. Times are milliseconds of any clock
 * that never goes back.
 */
export class Bucket {
  readonly size: number;
  readonly leak: number;
  private level = 0;
  private last: number;
  private elsewhere = 0;

  constructor(size: number, leak: number, now: number) {
    this.size = size;
    this.leak = leak;
    this.last = now;
  }

  /** Takes one request, if it fits. */
  take(now: number): Drop {
    this.flow(now);
    const admitted = this.level + 1 <= this.size;
    if (admitted) this.level += 1;
    return { admitted, used: Math.ceil(this.level) };
  }

  /** Requests in the bucket now, rounded up. */
  used(now: number): number {
    this.flow(now);
    return Math.ceil(this.level);
  }

  /** Seconds until a request fits. */
  wait(now: number): number {
    this.flow(now);
    const net = Math.max(this.leak - this.elsewhere, 1e-3);
    return Math.max(0, (this.level + 1 - this.size) / net);
  }

  /** From now on another program makes this many requests a second with the same token. */
  spendElsewhere(perSecond: number, now: number): void {
    this.flow(now);
    this.elsewhere = perSecond;
  }

  private flow(now: number): void {
    const seconds = Math.max(0, now - this.last) / 1000;
    this.last = Math.max(now, this.last);
    this.level = Math.min(Math.max(this.level + (this.elsewhere - this.leak) * seconds, 0), this.size);
  }
}

/**
 * Leak and size by the token's `NxM` (`sk_test_10x3_…`: 20 a second, 120); those of 1x1 where it has none.
 */
export function tierOf(token: string): { readonly leak: number; readonly size: number } {
  const match = /^sk_(?:test_)?(\d+)x(\d+)_/.exec(token);
  return { leak: 2 * Number(match?.[1] ?? 1), size: 40 * Number(match?.[2] ?? 1) };
}
