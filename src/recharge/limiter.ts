import Bottleneck from 'bottleneck';
import { Bucket, type Sent } from './bucket.ts';

/** Never trips the smallest bucket, with room for another program (recharge-api §2.3). */
const cautiousLeakPerSecond = 1.6;
const smallestBucket = 40;
/** Requests under way and pages waiting to be written are what memory holds. */
const mostAtOnce = 96;

/**
 * The one gate in front of the API: every attempt of every stream takes a slot here. Bottleneck queues the requests
 * in order of priority; slots are handed to it one by one as the bucket has room.
 */
export class Limiter {
  readonly #bucket: Bucket;
  readonly #mostPerSecond: number;
  readonly #gate = new Bottleneck({ reservoir: 0 });
  /** Slots handed to the gate that no request has taken up yet. */
  readonly #granted: Sent[] = [];
  #waiting = 0;
  #underWay = 0;
  /** How long requests take, of late. */
  #latencyMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(token: string, mostPerSecond = Number.POSITIVE_INFINITY) {
    this.#mostPerSecond = mostPerSecond;
    this.#bucket = new Bucket(guessFrom(token), performance.now(), 1_000 / mostPerSecond);
  }

  /**
   * Runs a request when there is a slot for it. `priority` 0 goes first, 9 last. Rejects as soon as the signal is
   * aborted, be it in the queue; the slot it would have had is given back.
   */
  run<T>(priority: number, signal: AbortSignal, request: (sent: Sent) => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#gate.schedule({ priority }, async () => {
      this.#waiting -= 1;
      const sent = this.#granted.shift() ?? this.#bucket.sent(performance.now());
      if (signal.aborted) this.#bucket.unused(sent);
      signal.throwIfAborted();
      this.#underWay += 1;
      return request(sent).finally(() => {
        this.#underWay -= 1;
      });
    });
    this.#open();
    return unlessAborted(result, signal);
  }

  /**
   * How many requests more would be of use now to somebody who has `left` to make: none while those that wait fill the
   * bucket; else what keeps the leak busy for as long as a request takes, and fills the bucket by the time all are made, as
   * far as memory bears it beside the pages that wait.
   */
  spare(left: number, pagesWaiting: number): number {
    const now = performance.now();
    const free = this.#bucket.room(now);
    if (free < this.#waiting || this.#bucket.waitMs(now) > 2 * this.#bucket.spacing) return 0;
    const busy = (1.05 * Math.min(this.#bucket.leakPerSecond, this.#mostPerSecond) * this.#latencyMs) / 1000;
    const some = Math.max(1, left);
    const room = Math.min(free, 0.9 * some);
    const wanted = Math.min(mostAtOnce - pagesWaiting, Math.ceil((busy * some) / (some - room)) + 1);
    return Math.max(0, wanted - this.#underWay - this.#waiting);
  }

  /** Learns from an answer's `X-Recharge-Limit`, "used/size"; undefined for none. */
  answered(sent: Sent, header: string | undefined): void {
    const level = levelIn(header);
    if (level === undefined) this.#bucket.lost(sent);
    else this.#bucket.answered(sent, level.used, level.size);
    const took = performance.now() - sent.at;
    this.#latencyMs += (took - this.#latencyMs) / (this.#latencyMs === 0 ? 1 : 8);
    this.#open();
  }

  /** No answer came: the call may count, and says nothing of how long requests take. */
  lost(sent: Sent): void {
    this.#bucket.lost(sent);
  }

  /** After a 429, with its `X-Recharge-Limit` if it had one: holds every request back for so many milliseconds. */
  refused(sent: Sent, milliseconds: number, header: string | undefined): void {
    this.#bucket.refused(sent, performance.now() + milliseconds, levelIn(header)?.used);
    this.#open();
  }

  /** Hands out the slots that the bucket has room for, and comes back when it has room for the next. */
  #open(): void {
    clearTimeout(this.#timer);
    while (this.#waiting > this.#granted.length) {
      const now = performance.now();
      const waitMs = this.#bucket.waitMs(now);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#open(), Math.ceil(waitMs));
        return;
      }
      this.#granted.push(this.#bucket.sent(now));
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
function levelIn(header: string | undefined): { used: number; size: number } | undefined {
  const match = /^\s*(\d+)\s*\/\s*([1-9]\d*)\s*$/.exec(header ?? '');
  return match === null ? undefined : { used: Number(match[1]), size: Number(match[2]) };
}

/** The token's `NxM` as a first guess at its tier (recharge-api §1.2, §2.1). */
function guessFrom(token: string): { size: number; leakPerSecond: number } {
  const tier = /^sk_(?:test_)?(\d{1,2})x(\d{1,2})_/.exec(token);
  const [leak, size] = [Number(tier?.[1] ?? 0), Number(tier?.[2] ?? 0)];
  return leak > 0 && size > 0
    ? { leakPerSecond: 2 * leak, size: smallestBucket * size }
    : { leakPerSecond: cautiousLeakPerSecond, size: smallestBucket };
}
