import { type CountedCall, Gauge } from './gauge.ts';

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
/** Calls a millisecond: what the bucket may leak while it is empty. The fastest token that is known of has so much. */
const fastLeak = 0.02;
/** By how much the requests in flight may grow each round trip. */
const growth = 2;
/** What is left of the caution that a 429 taught, after each response that was none. */
const cautionDecay = 0.99;

/**
 * The level of the API's leaky bucket, followed by feedback (docs/recharge-api.md#rate-limit).
 *
 * A response says how full the bucket was when the API counted its call. Nothing documents when that is: as the call
 * comes, or as it is answered. So two gauges follow the level, one for each, and the higher reading counts. What the
 * token's name says of its tier is not used: it may be wrong.
 *
 * Times are milliseconds of one monotonic clock, levels are calls.
 */
export class Bucket {
  readonly #onArrival = new Gauge();
  readonly #onResponse = new Gauge();
  readonly #latency = new Latency();
  #inFlight = 0;
  #calls = 0;
  #size = 0;
  #respondedAt = Number.NEGATIVE_INFINITY;
  /** Calls kept free because of 429s. */
  #caution = 0;

  /** Calls whose responses have not come. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Calls that could go at once without a 429; 0 or less where the bucket is too full. */
  room(now: number): number {
    // Other programs may have filled the bucket since.
    const isStale = now - this.#respondedAt > Math.max(stalenessMs, 2 * this.#latency.longest);
    if (isStale) return probes - this.#inFlight;
    // A call that goes now is counted when its response comes, after those in flight.
    const onResponse =
      this.#onResponse.level(now) + this.#inFlight - this.#onResponse.leak * this.#latency.shortest;
    const margin = 1 + this.#caution + latencyMargin * this.#leak * this.#latency.shortest;
    // An empty bucket has room for a call, however small it is.
    return this.#size - Math.min(margin, this.#size - 1) - Math.max(this.#onArrival.level(now), onResponse);
  }

  /**
   * How many requests in flight let `pagesRemaining` requests empty the bucket just as the last is made, `soon` being about
   * to go: fewer leave some of it unused, more only wait.
   */
  concurrencyFor(pagesRemaining: number, soon: number, now: number): number {
    const room = Math.max(0, this.room(now));
    const wasDry = this.#onArrival.wasDry || this.#onResponse.wasDry;
    const leak = Math.max(this.#onArrival.leak, this.#onResponse.leak, wasDry ? fastLeak : 0);
    const leaks = 1.1 * leak * this.#latency.mean;
    // Each chain of requests costs about half a request more than the pages need.
    const worthwhile = Math.max(2 * (room - pagesRemaining), Math.sqrt(leaks * pagesRemaining));
    const steady = Math.min(Math.max(1, leaks), growth * (this.#inFlight + soon));
    const missing = pagesRemaining - room;
    return missing <= 0 ? worthwhile : Math.min(worthwhile, (steady * pagesRemaining) / missing);
  }

  /** Milliseconds until there is room for a call, if no response comes before; 0 for now. */
  waitMs(now: number): number {
    return Math.max(0, 1 - this.room(now)) / this.#leak;
  }

  /** Calls a second that leak at least, and the share that was used of what could have leaked so far. */
  usage(now: number): { readonly perSecond: number; readonly used: number } {
    const leaked = Math.max(0, this.#calls - this.#onResponse.level(now));
    return { perSecond: 1_000 * this.#leak, used: Math.min(1, leaked / this.#onResponse.capacity(now)) };
  }

  /** Counts a call as it goes out; `settle` compares it with its response. */
  acquire(now: number): CountedCall {
    this.#inFlight += 1;
    return this.#onArrival.count(now);
  }

  /** Takes in what became of a call: its response's quota, if it told one, and whether the API counted it or answered 429. */
  settle(call: CountedCall, now: number, quota?: Quota, isCounted = true): void {
    this.#inFlight -= 1;
    this.#calls += 1;
    const settled = this.#onResponse.count(now);
    const { used, size } = quota ?? { used: this.#size, size: this.#size };
    if (quota === undefined) {
      if (isCounted) return;
      // The bucket is full, whatever was told before.
      this.#onArrival.forget();
      this.#onResponse.forget();
    }
    this.#size = size;
    this.#respondedAt = now;
    this.#caution = isCounted ? this.#caution * cautionDecay : Math.min(size / 4, this.#caution + 1);
    this.#latency.add(now - call.at);
    const level = Math.min(used, size);
    this.#onArrival.read(call, level, this.#latency.mean);
    this.#onResponse.read(settled, level, this.#latency.mean);
  }

  get #leak(): number {
    return Math.min(this.#onArrival.leak, this.#onResponse.leak);
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
