import { Bucket } from './bucket.ts';
import type { CountedCall } from './gauge.ts';

/** An API with a leaky bucket (docs/recharge-api.md#rate-limit), and the program that shares the token. */
export interface Scenario {
  /** Calls that the bucket takes. */
  readonly size: number;
  readonly leakPerSecond: number;
  /** Seconds that a request takes. */
  readonly latency: number;
  /** By how much of it requests stray either way. */
  readonly jitter: number;
  readonly countsOn: 'arrival' | 'response';
  /** Calls to be answered. */
  readonly calls: number;
  /** Calls a second that another program makes, so many seconds after the beginning. */
  readonly elsewhere?: (seconds: number) => number;
  readonly random: () => number;
}

export interface Simulated {
  readonly seconds: number;
  /** Requests, with those that a 429 answered. */
  readonly requests: number;
  readonly rateLimited: number;
  /** Calls of the other program that were counted. */
  readonly elsewhere: number;
}

/** The most requests in flight. */
const cap = 128;
const second = 1_000;
/** The most milliseconds on the way to the API. */
const longestArrivalMs = 50;
/** How long nobody asks after a 429, and how often the other program looks whether to begin, in milliseconds. */
const holdMs = second;
const idleMs = 200;
/** The longest that the limiter waits before it looks at the bucket again, in milliseconds. */
const longestTimerMs = second;
/** Round trips in which a run may leave the limit unused. */
const rampUpRoundTrips = 4;
const mostEvents = 5_000_000;

/**
 * Makes the calls as fast as `Bucket` lets them go, in virtual time: one after another at first, and by as many readers
 * as it has use for once it has said so. @throws where it makes no progress
 */
export function simulate(scenario: Scenario): Simulated {
  return new Simulation(scenario).run();
}

/**
 * Calls that could have been counted in a run, but for the round trips that it takes until the leak is known, and the one
 * in which the last response comes back.
 */
export function usable(
  { size, leakPerSecond, latency }: Scenario,
  { seconds, elsewhere }: Simulated,
): number {
  const knownAfter = rampUpRoundTrips * latency;
  return size + leakPerSecond * Math.max(0, seconds - knownAfter) - elsewhere;
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #bucket = new Bucket();
  /** In ascending order of time. */
  readonly #events: { readonly at: number; readonly run: () => void }[] = [];
  #now = 0;
  #level = 0;
  #levelAt = 0;
  #readers = 1;
  #inFlight = 0;
  #answered = 0;
  #requests = 0;
  #rateLimited = 0;
  #elsewhere = 0;
  #heldUntil = 0;
  #timer = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  run(): Simulated {
    const { calls, elsewhere } = this.#scenario;
    if (elsewhere !== undefined) this.#callElsewhere(elsewhere);
    this.#send();
    for (let events = 0; this.#answered < calls; events++) {
      const event = this.#events.shift();
      if (event === undefined || events > mostEvents)
        throw new Error(`${this.#answered} of ${calls} calls after ${this.#now / second} s`);
      this.#now = event.at;
      event.run();
    }
    return {
      seconds: this.#now / second,
      requests: this.#requests,
      rateLimited: this.#rateLimited,
      elsewhere: this.#elsewhere,
    };
  }

  #send(): void {
    while (this.#inFlight < this.#readers && this.#answered + this.#inFlight < this.#scenario.calls) {
      const waitMs = Math.max(this.#bucket.waitMs(this.#now), this.#heldUntil - this.#now);
      if (waitMs > 0) {
        const timer = ++this.#timer;
        this.#after(Math.ceil(Math.min(waitMs, longestTimerMs)), () => {
          if (timer === this.#timer) this.#send();
        });
        return;
      }
      this.#request();
    }
  }

  #request(): void {
    const { latency, jitter, countsOn, random } = this.#scenario;
    const permit = this.#bucket.acquire(this.#now);
    this.#inFlight += 1;
    this.#requests += 1;
    const tookMs = latency * second * (1 + jitter * (2 * random() - 1));
    // Even where all responses take equally long, requests overtake each other on the way.
    const arrivalMs = Math.min(tookMs / 2, longestArrivalMs) * (0.5 + random() / 2);
    this.#after(countsOn === 'arrival' ? arrivalMs : tookMs, () => {
      const isCounted = this.#count();
      const used = Math.ceil(this.#level);
      this.#after(countsOn === 'arrival' && isCounted ? tookMs - arrivalMs : 0, () =>
        this.#respond(permit, used, isCounted),
      );
    });
  }

  #respond(permit: CountedCall, used: number, isCounted: boolean): void {
    this.#inFlight -= 1;
    if (isCounted) this.#answered += 1;
    else {
      this.#rateLimited += 1;
      this.#heldUntil = this.#now + holdMs;
    }
    this.#bucket.settle(permit, this.#now, { used, size: this.#scenario.size }, isCounted);
    this.#startReaders();
    this.#send();
  }

  #startReaders(): void {
    const soon = this.#readers - this.#inFlight;
    const pagesRemaining = this.#scenario.calls - this.#answered - this.#inFlight;
    const wanted = Math.min(cap, this.#bucket.concurrencyFor(pagesRemaining, soon, this.#now));
    const started = Math.floor(Math.min(this.#bucket.room(this.#now), wanted - this.#inFlight)) - soon;
    this.#readers += Math.max(0, started);
  }

  #callElsewhere(callsPerSecond: (seconds: number) => number): void {
    const rate = callsPerSecond(this.#now / second);
    if (rate > 0 && this.#count()) this.#elsewhere += 1;
    const gapMs = rate > 0 ? (second / rate) * (0.5 + this.#scenario.random()) : idleMs;
    this.#after(gapMs, () => this.#callElsewhere(callsPerSecond));
  }

  /** Counts a call, if the bucket has room for it. */
  #count(): boolean {
    const leaked = ((this.#now - this.#levelAt) / second) * this.#scenario.leakPerSecond;
    this.#level = Math.max(0, this.#level - leaked);
    this.#levelAt = this.#now;
    if (this.#level + 1 > this.#scenario.size) return false;
    this.#level += 1;
    return true;
  }

  #after(milliseconds: number, run: () => void): void {
    const at = this.#now + milliseconds;
    const previous = this.#events.findLastIndex((event) => event.at <= at);
    this.#events.splice(previous + 1, 0, { at, run });
  }
}
