import { addAbortListener } from 'node:events';
import Bottleneck from 'bottleneck';
import { Bucket, type Quota, stalenessMs } from './bucket.ts';
import type { CountedCall } from './gauge.ts';

/** Who waits for a turn: the requests of one stream. */
export interface Requester {
  readonly signal: AbortSignal;
  /** Requests in flight or waiting for their turn: the limiter counts them. */
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
/** What a response without a 429 adds to a pace that one has slowed down. */
const recovery = 0.005;
/** Milliseconds for which the first request goes alone at most: a bad token is refused whatever is asked, and one answer tells. */
const firstAloneMs = 2_000;
/** Requests in flight, waiting, or waiting to be written: they are what memory holds. */
const mostAtOnce = 128;
/** Priorities of Bottleneck: 0 goes first, 9 last. */
const lowestPriority = 9;
/** Calls a second below which no 429 brings the pace. */
const leastPace = 0.1;
/** Calls beyond which a bucket is as good as without a limit; more, as a header may say it, is no number to reckon with. */
const largestBucket = 1_000_000;
/** The longest that a timer waits before the bucket is looked at again. */
const longestTimerMs = 1_000;

/**
 * The one gate in front of the API: every attempt of every stream goes through it, and tells it what came of it.
 * Bottleneck queues the requests; it is let on one by one as the bucket has room.
 *
 * Where responses have no `X-Recharge-Limit` there is no feedback: then requests go at an even pace, by the token's name
 * or a cautious one, and each 429 halves it.
 */
export class Limiter {
  readonly #bucket = new Bucket();
  readonly #gate = new Bottleneck({ reservoir: 0 });
  readonly #shortestGapMs: number;
  readonly #fullPace: number;
  /** Calls a second, where responses do not tell the limit. */
  #pace: number;
  #isPaced = false;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #quotaAt = Number.NEGATIVE_INFINITY;
  #grantedAt = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;
  /** Who has asked; undefined after the first response. */
  #firstRequesters: Set<Requester> | undefined = new Set();
  /** Until when the first request goes alone. */
  #aloneUntil = Number.POSITIVE_INFINITY;
  #waiting = 0;
  /** Of those that wait, how many the gate has been let on for. */
  #granted = 0;
  #buffered = 0;
  #closed: { readonly reason: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(token: string, maxRequestsPerSecond = Number.POSITIVE_INFINITY) {
    this.#fullPace = leakOf(token);
    this.#pace = this.#fullPace;
    this.#shortestGapMs = 1_000 / maxRequestsPerSecond;
  }

  /** Runs a request when it has its turn. Rejects as soon as the signal is aborted, be it in the queue. */
  run<T extends Outcome>(requester: Requester, request: () => Promise<T>): Promise<T> {
    const { signal } = requester;
    this.#waiting += 1;
    this.#firstRequesters?.add(requester);
    // Who has the fewest in flight goes first, so that a large stream never starves a small one.
    const priority = Math.min(lowestPriority, requester.inFlight);
    requester.inFlight += 1;
    const result = this.#gate
      .schedule({ priority }, () => this.#runGranted(signal, request))
      .finally(() => (requester.inFlight -= 1));
    this.#grant();
    return unlessAborted(result, signal);
  }

  /**
   * How many requests more would be of use to a stream with `pagesRemaining` to ask for, `upcoming` of them in a moment:
   * no more than the bucket and memory bear, and than empty the bucket by the time all are made.
   */
  availableConcurrency(pagesRemaining: number, upcoming: number): number {
    const now = performance.now();
    const soon = this.#waiting + upcoming;
    const wanted = this.#isPaced ? pagesRemaining : this.#bucket.concurrencyFor(pagesRemaining, soon, now);
    const most = Math.min(mostAtOnce - this.#buffered, wanted) - this.#bucket.inFlight;
    return Math.max(0, Math.floor(Math.min(this.#room(now), most)) - soon);
  }

  /** Requests a second that it allows at least, and the share used so far; undefined where the API does not tell its level. */
  get rateLimit() {
    const { perSecond, used } = this.#bucket.usage(performance.now());
    const most = Math.min(1_000 / this.#shortestGapMs, this.#isPaced ? this.#pace : perSecond);
    return { perSecond: most, used: this.#isPaced ? undefined : used };
  }

  /** Counts a page that waits to be written, until the function it returns is called. */
  buffer(): () => void {
    this.#buffered += 1;
    return () => {
      this.#buffered -= 1;
    };
  }

  /** Lets none go any more: who waits, and who comes, is rejected for this reason. */
  close(reason: unknown): void {
    this.#closed = { reason };
    this.#grant();
  }

  async #runGranted<T extends Outcome>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    this.#waiting -= 1;
    this.#granted -= 1;
    if (signal.aborted) {
      this.#grantedAt = Number.NEGATIVE_INFINITY;
      this.#grant();
      throw signal.reason;
    }
    if (this.#closed !== undefined) throw this.#closed.reason;
    const now = performance.now();
    this.#aloneUntil = Math.min(this.#aloneUntil, now + firstAloneMs);
    const call = this.#bucket.acquire(now);
    this.#grant();
    let outcome: Outcome = {};
    try {
      return (outcome = await request());
    } finally {
      this.#settle(call, outcome);
      this.#grant();
    }
  }

  #settle(call: CountedCall, { status, quota, holdMs = 0 }: Outcome): void {
    const now = performance.now();
    const isRateLimited = status === 429;
    const told = quotaIn(quota);
    this.#aloneUntil = Math.min(this.#aloneUntil, now);
    this.#bucket.settle(call, now, told, !isRateLimited);
    if (status === undefined) return;
    this.#firstRequesters = undefined;
    if (told !== undefined) this.#quotaAt = now;
    this.#isPaced = now - this.#quotaAt > stalenessMs;
    if (isRateLimited) this.#heldUntil = Math.max(this.#heldUntil, now + holdMs);
    if (!this.#isPaced) return;
    if (!isRateLimited) this.#pace = Math.min(this.#fullPace, this.#pace * (1 + recovery));
    // What was in flight at the last 429 says nothing of the new pace.
    else if (call.at >= this.#slowedAt) {
      this.#pace = Math.max(leastPace, this.#pace / 2);
      this.#slowedAt = now;
    }
  }

  /** Requests that could be let on at once. */
  #room(now: number): number {
    if (this.#closed !== undefined) return Number.POSITIVE_INFINITY;
    if (now < this.#heldUntil || this.#gapMs(now) > 0) return 0;
    const isEven = this.#isPaced || this.#shortestGapMs > 0;
    const room = Math.min(this.#isPaced ? 1 : this.#bucket.room(now), isEven ? 1 : Number.POSITIVE_INFINITY);
    if (this.#firstRequesters === undefined) return room - this.#granted;
    const most = now < this.#aloneUntil ? 1 : this.#firstRequesters.size;
    return Math.min(room, most - this.#bucket.inFlight) - this.#granted;
  }

  /** Milliseconds until the pace allows the next request. */
  #gapMs(now: number): number {
    return this.#grantedAt + Math.max(this.#shortestGapMs, this.#isPaced ? 1_000 / this.#pace : 0) - now;
  }

  /** Lets the gate on for the requests that there is room for, and comes back when there may be room for the next. */
  #grant(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    forgetWallClock(this.#gate);
    while (this.#waiting > this.#granted && this.#room(now) >= 1) {
      this.#granted += 1;
      this.#grantedAt = now;
      void this.#gate.incrementReservoir(1);
    }
    if (this.#waiting === this.#granted) return;
    const bucketMs = this.#isPaced ? 0 : this.#bucket.waitMs(now);
    const waitMs = Math.max(this.#heldUntil - now, this.#gapMs(now), bucketMs);
    // Before the first response, and while another is let on, it is no time that is waited for.
    const timerMs = waitMs > 0 ? Math.ceil(Math.min(waitMs, longestTimerMs)) : longestTimerMs;
    this.#timer = setTimeout(() => this.#grant(), timerMs);
  }
}

/** Bottleneck dates its latest job by the clock of the machine: once that is set back, the next one would wait until then. */
function forgetWallClock(gate: Bottleneck): void {
  const [store, latest] = ['_store', '_nextRequest'] as const;
  (gate as unknown as { readonly [store]: { [latest]: number } })[store][latest] = 0;
}

/** As the promise settles, or with the signal's reason once that is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const listener = addAbortListener(signal, () => reject(signal.reason as Error));
  return Promise.race([promise, aborted]).finally(() => listener[Symbol.dispose]());
}

/** `X-Recharge-Limit`, "used/size"; undefined for none. */
function quotaIn(header: string | undefined): Quota | undefined {
  const match = /^\s*(\d+)\s*\/\s*([1-9]\d*)\s*$/.exec(header ?? '');
  return match === null
    ? undefined
    : { used: Number(match[1]), size: Math.min(largestBucket, Number(match[2])) };
}

/** Calls a second, by the token's `NxM` (docs/recharge-api.md#token, docs/recharge-api.md#rate-limit). */
export function leakOf(token: string): number {
  const leak = 2 * Number(/^sk_(?:test_)?(\d{1,2})x\d{1,2}_/.exec(token)?.[1] ?? 0);
  return leak > 0 ? leak : cautiousPerSecond;
}
