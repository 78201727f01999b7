import { Gauge, reorderingMs } from './gauge.ts';

/** One call's place in the bucket: what `settle` needs to compare the call with its response. */
export interface Permit {
  readonly acquiredAt: number;
  /** Calls until then, this one included. */
  calls: number;
  /** The same, plus the leak that found an empty bucket. */
  filled: number;
  /** By how much `filled` grew with this call. */
  readonly weight: number;
}

/** A response's `X-Recharge-Limit`: calls in the bucket, and how many it takes. */
export interface Quota {
  readonly used: number;
  readonly size: number;
}

/** Calls that may be under way while the level is not known: the smallest bucket bears them. */
const probes = 5;
/** Milliseconds after which a response says too little of the level. */
export const stalenessMs = 10_000;
/** Of the calls that leak while a response is under way, those that are kept free: leak and latency are never exact. */
const latencyMargin = 0.1;
/** By how much the requests in flight may grow each round trip while the leak is not known. */
const growth = 2;
/** What is left of the caution that a 429 taught, after each response that was none. */
const cautionDecay = 0.99;

/**
 * The level of the API's leaky bucket, followed by feedback (docs/recharge-api.md#rate-limit).
 *
 * A response says how full the bucket was when the API counted its call. Nothing documents when that is: as the call
 * comes, or as it is answered. So two gauges follow the level, one for each, and the higher reading counts. Each adds the
 * calls made since to the level that its latest response told, and takes off what has leaked since, by the leak it has
 * measured. What the token's name says of its tier is not used: it may be wrong.
 *
 * Times are milliseconds of one monotonic clock, levels are calls.
 */
export class Bucket {
  readonly #onArrival = new Gauge();
  readonly #onResponse = new Gauge();
  readonly #latency = new Latency();
  readonly #unsettled = new Set<Permit>();
  #size = 0;
  #calls = 0;
  #filled = 0;
  #settled = { calls: 0, filled: 0 };
  #respondedAt = Number.NEGATIVE_INFINITY;
  /** Calls kept free because of 429s. */
  #caution = 0;

  /** Calls that could go at once without a 429; 0 or less where the bucket is too full. */
  room(now: number): number {
    // Other programs may have filled the bucket since.
    const isStale = now - this.#respondedAt > Math.max(stalenessMs, 2 * this.#latency.longest);
    return isStale
      ? probes - this.#unsettled.size
      : this.#size - this.#margin - Math.max(0, this.#level(now));
  }

  /**
   * How many requests in flight let `pagesRemaining` requests fill the bucket just by the time all are made, `soon` being
   * about to go: fewer leave some of it unused, more only wait. Until the leak is known, several times as many as there are.
   */
  concurrencyFor(pagesRemaining: number, soon: number, now: number): number {
    const room = Math.max(0, this.room(now));
    const leak = Math.max(this.#onArrival.leakAtMost, this.#onResponse.leakAtMost);
    const leaks = leak * this.#latency.mean;
    // Each chain of requests costs about half a request more than the pages need.
    const worthwhile = Math.max(2 * (room - pagesRemaining), Math.sqrt(leaks * pagesRemaining));
    const steady = Math.min(Math.max(1, 1.1 * leaks), growth * (this.#unsettled.size + soon));
    const missing = pagesRemaining - room;
    return Math.min(
      worthwhile,
      missing <= 0 ? Number.POSITIVE_INFINITY : (steady * pagesRemaining) / missing,
    );
  }

  /** Milliseconds until there is room for a call, if no response comes before; 0 for now. */
  waitMs(now: number): number {
    return Math.max(0, 1 - this.room(now)) / this.#leak;
  }

  /** Counts a call as it goes out. */
  acquire(now: number): Permit {
    const weight = 1 + Math.max(0, -this.#level(now));
    this.#calls += 1;
    this.#filled += weight;
    const permit = { acquiredAt: now, calls: this.#calls, filled: this.#filled, weight };
    this.#unsettled.add(permit);
    return permit;
  }

  /** Takes back a call that never went out. */
  release(permit: Permit): void {
    this.#unsettled.delete(permit);
    this.#settled.calls += 1;
    this.#settled.filled += permit.weight;
    this.#takeBack(permit);
  }

  /** Takes in what became of a call: its response's quota, if it told one, and whether the API counted it or answered 429. */
  settle(permit: Permit, now: number, quota?: Quota, isCounted = true): void {
    this.#unsettled.delete(permit);
    this.#settled.calls += 1;
    this.#settled.filled += permit.weight;
    if (!isCounted) this.#takeBack(permit);
    // The bucket is full, unless the 429 says otherwise: a gateway refuses as well.
    const { used, size } = quota ?? (isCounted ? {} : { used: this.#size, size: this.#size });
    if (used === undefined || size === undefined) return;
    this.#size = size;
    this.#respondedAt = now;
    this.#caution = isCounted ? this.#caution * cautionDecay : Math.min(size / 4, this.#caution + 1);
    this.#latency.add(now - permit.acquiredAt);
    const windowMs = this.#latency.mean;
    const { acquiredAt, calls, filled } = permit;
    const level = Math.min(used, size);
    this.#onArrival.add(
      { at: acquiredAt, calls, filled, used: level },
      this.#overtaken(acquiredAt, calls),
      windowMs,
    );
    this.#onResponse.add({ at: now, ...this.#settled, used: level }, 0, windowMs);
  }

  /** A call that the API has not counted: it is not among those before any other. */
  #takeBack(permit: Permit): void {
    this.#calls -= 1;
    this.#filled -= 1;
    this.#settled.calls -= 1;
    this.#settled.filled -= 1;
    for (const other of [permit, ...this.#unsettled]) {
      if (other.calls < permit.calls) continue;
      other.calls -= 1;
      other.filled -= 1;
    }
  }

  #level(now: number): number {
    const { latest } = this.#onArrival;
    const overtaken = latest === undefined ? 0 : this.#overtaken(latest.at, latest.calls);
    return Math.max(
      this.#onArrival.level(now, this.#filled) + overtaken,
      // A call that goes now is counted when its response comes.
      this.#onResponse.level(now + this.#latency.shortest, this.#filled),
    );
  }

  /** Calls sent shortly before one, which the API may have counted after it. */
  #overtaken(acquiredAt: number, calls: number): number {
    let overtaken = 0;
    for (const other of this.#unsettled)
      if (other.calls < calls && other.acquiredAt > acquiredAt - reorderingMs) overtaken += 1;
    return overtaken;
  }

  get #leak(): number {
    return Math.min(this.#onArrival.leak, this.#onResponse.leak);
  }

  get #margin(): number {
    return 1 + this.#caution + latencyMargin * this.#leak * this.#latency.shortest;
  }
}

/** How long requests take, in milliseconds: the mean of late, and how far they stray from it (RFC 6298). */
class Latency {
  #mean: number | undefined;
  #deviation = 0;

  get mean(): number {
    return this.#mean ?? 0;
  }

  get shortest(): number {
    return Math.max(0, this.mean - this.#deviation);
  }

  get longest(): number {
    return this.mean + 4 * this.#deviation;
  }

  add(tookMs: number): void {
    const mean = this.#mean ?? tookMs;
    this.#deviation += (Math.abs(tookMs - mean) - this.#deviation) / 4;
    this.#mean = mean + (tookMs - mean) / 8;
  }
}
