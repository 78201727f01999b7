import Bottleneck from 'bottleneck';
import { Bucket, type Permit, type Quota, stalenessMs } from './bucket.ts';

/** What waits for its turn: requests of one stream, which are in flight or waiting. */
export interface Requester {
  readonly signal: AbortSignal;
  /** Requests in flight or waiting. */
  inFlight: number;
}

/** What became of a request, as far as the rate limit is concerned. */
export interface Outcome {
  /** HTTP status; undefined where no response came. */
  readonly status?: number | undefined;
  /** The response's `X-Recharge-Limit`. */
  readonly quota?: string | undefined;
  /** For how many milliseconds nobody may ask after it. */
  readonly holdMs?: number | undefined;
}

/** Calls a second where neither token nor responses tell the limit: it trips no bucket that is known. */
const cautiousPerSecond = 1.6;
/** Requests in flight, waiting, or waiting to be written: they are what memory holds. */
const mostAtOnce = 128;
/** Priorities of Bottleneck: 0 goes first, 9 last. */
const lowestPriority = 9;
/** The longest that a timer waits before the bucket is looked at again. */
const longestTimerMs = 1_000;

/**
 * The one gate in front of the API: every attempt of every stream takes a permit here, and gives it back with what came
 * of it. Bottleneck queues the requests; it is let on one by one as the bucket has room.
 *
 * Where responses have no `X-Recharge-Limit` there is no feedback: then requests go at an even pace, by the token's name
 * or a cautious one, and each 429 halves it.
 */
export class Limiter {
  readonly #bucket = new Bucket();
  readonly #gate = new Bottleneck({ reservoir: 0 });
  readonly #shortestGapMs: number;
  /** Permits that the gate has been let on for, and no request has taken up yet. */
  readonly #granted: Permit[] = [];
  /** Who has asked before the first response. */
  readonly #firstRequesters = new Set<Requester>();
  #pacePerSecond: number;
  #isPaced = false;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #quotaAt = Number.NEGATIVE_INFINITY;
  #lastAcquiredAt = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #hasResponse = false;
  #waiting = 0;
  #inFlight = 0;
  #buffered = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(token: string, maxRequestsPerSecond = Number.POSITIVE_INFINITY) {
    this.#pacePerSecond = leakOf(token);
    this.#shortestGapMs = 1_000 / maxRequestsPerSecond;
  }

  /**
   * Runs a request when there is room for it. Who has the fewest in flight goes first, so that a large stream never
   * starves a small one. Rejects as soon as the signal is aborted, be it in the queue.
   */
  run<T extends Outcome>(requester: Requester, request: () => Promise<T>): Promise<T> {
    const { signal } = requester;
    this.#waiting += 1;
    if (!this.#hasResponse) this.#firstRequesters.add(requester);
    const priority = Math.min(lowestPriority, Math.max(0, requester.inFlight - 1));
    const result = this.#gate.schedule({ priority }, () => this.#runGranted(signal, request));
    this.#grant();
    return unlessAborted(result, signal);
  }

  /**
   * How many requests more would be of use now to a stream that has `pagesRemaining` to make, and is about to make
   * `upcoming`: as many as the bucket has room for and memory bears, but no more than fill the bucket by the time all are
   * made.
   */
  availableConcurrency(pagesRemaining: number, upcoming: number): number {
    const now = performance.now();
    const room = this.#gapMs(now) > 0 ? 0 : this.#room(now);
    const soon = this.#waiting + upcoming;
    const wanted = this.#isPaced ? pagesRemaining : this.#bucket.concurrencyFor(pagesRemaining, soon, now);
    const most = Math.min(mostAtOnce - this.#buffered, wanted) - this.#inFlight;
    return Math.max(0, Math.floor(Math.min(room, most)) - soon);
  }

  /** Counts a page that waits to be written, until the function it returns is called. */
  buffer(): () => void {
    this.#buffered += 1;
    return () => {
      this.#buffered -= 1;
    };
  }

  async #runGranted<T extends Outcome>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    this.#waiting -= 1;
    const permit = this.#granted.shift() ?? this.#bucket.acquire(performance.now());
    if (signal.aborted) this.#passOn(permit);
    signal.throwIfAborted();
    this.#inFlight += 1;
    let outcome: Outcome = {};
    try {
      return (outcome = await request());
    } finally {
      this.#inFlight -= 1;
      this.#settle(permit, outcome);
    }
  }

  /** Gives the permit of a request that was given up to whoever waits next. */
  #passOn(permit: Permit): void {
    if (this.#waiting === this.#granted.length) return this.#bucket.release(permit);
    this.#granted.unshift(permit);
    void this.#gate.incrementReservoir(1);
  }

  #settle(permit: Permit, { status, quota, holdMs = 0 }: Outcome): void {
    const now = performance.now();
    const isRateLimited = status === 429;
    const told = quotaIn(quota);
    if (status !== undefined) this.#hasResponse = true;
    if (told !== undefined) {
      this.#quotaAt = now;
      this.#isPaced = false;
    } else if (status !== undefined && now - this.#quotaAt > stalenessMs) this.#isPaced = true;
    // What was in flight at the last 429 says nothing of the new pace.
    if (isRateLimited && this.#isPaced && permit.acquiredAt >= this.#slowedAt) {
      this.#pacePerSecond /= 2;
      this.#slowedAt = now;
    }
    if (isRateLimited) this.#heldUntil = Math.max(this.#heldUntil, now + holdMs);
    this.#bucket.settle(permit, now, told, !isRateLimited);
    this.#grant();
  }

  /** Requests that could go at once, as far as the API is concerned. */
  #room(now: number): number {
    if (now < this.#heldUntil) return 0;
    if (this.#isPaced) return 1;
    const room = this.#bucket.room(now);
    return this.#hasResponse ? room : Math.min(room, this.#firstRequesters.size - this.#underWay);
  }

  get #underWay(): number {
    return this.#inFlight + this.#granted.length;
  }

  /** Milliseconds until the pace allows the next request. */
  #gapMs(now: number): number {
    const gapMs = Math.max(this.#shortestGapMs, this.#isPaced ? 1_000 / this.#pacePerSecond : 0);
    return this.#lastAcquiredAt + gapMs - now;
  }

  /** Lets the gate on for the requests that there is room for, and comes back when there may be room for the next. */
  #grant(): void {
    clearTimeout(this.#timer);
    while (this.#waiting > this.#granted.length) {
      const now = performance.now();
      if (this.#room(now) < 1 || this.#gapMs(now) > 0) {
        const waitMs = Math.max(
          this.#heldUntil - now,
          this.#gapMs(now),
          this.#isPaced ? 0 : this.#bucket.waitMs(now),
        );
        // Before the first response it is no time that is waited for.
        const timerMs = waitMs > 0 ? Math.ceil(Math.min(waitMs, longestTimerMs)) : longestTimerMs;
        this.#timer = setTimeout(() => this.#grant(), timerMs);
        return;
      }
      this.#lastAcquiredAt = now;
      this.#granted.push(this.#bucket.acquire(now));
      void this.#gate.incrementReservoir(1);
    }
  }
}

/** As the promise settles, or with the signal's reason once that is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** `X-Recharge-Limit`, "used/size"; undefined for none. */
function quotaIn(header: string | undefined): Quota | undefined {
  const match = /^\s*(\d+)\s*\/\s*([1-9]\d*)\s*$/.exec(header ?? '');
  return match === null ? undefined : { used: Number(match[1]), size: Number(match[2]) };
}

/** Calls a second, by the token's `NxM` (docs/recharge-api.md#token, docs/recharge-api.md#rate-limit). */
function leakOf(token: string): number {
  const leak = 2 * Number(/^sk_(?:test_)?(\d{1,2})x\d{1,2}_/.exec(token)?.[1] ?? 0);
  return leak > 0 ? leak : cautiousPerSecond;
}
