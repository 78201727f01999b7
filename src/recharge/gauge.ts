/** A call that the API counts: when, and how many it has counted before it for sure. */
export interface CountedCall {
  readonly at: number;
  readonly before: number;
  /** How many more may have been, since nobody knows their order. */
  readonly perhapsBefore: number;
}

/** What a response told of the time of its call. */
interface Reading {
  readonly at: number;
  /** The level, at least. */
  used: number;
  /** Calls that have leaked till then, at least and at most. */
  leaked: number;
  readonly leakedAtMost: number;
}

/** Milliseconds within which calls may be counted in another order than they were sent in. */
const reorderingMs = 100;
/** The leak is measured over so many milliseconds at least, in which so many calls have leaked. */
const shortestWindowMs = 500;
const fewestLeaked = 24;
/** Calls by which rounding and reordering can overstate what has leaked in a window. */
const measurementError = 4;
/** Calls a millisecond: half of the slowest leak that is known of, until it is measured. */
const initialLeak = 0.001;
const slowestLeak = 0.000_1;
/** Calls whose times are kept: more are not in flight, unless responses have ceased to tell the level. */
const mostKept = 256;
/** A level at which the bucket may have been empty just before. */
const dryLevel = 1;

/**
 * The level of a bucket and its leak, by what responses say and one idea of when the API counts a call. Rather too
 * careful. Times are milliseconds, levels calls.
 */
export class Gauge {
  /** Calls, and the leak that found an empty bucket: it is lost, and so counts as calls. */
  #calls = 0;
  /** When the latest calls were counted, those whose order is not known. */
  #unordered: readonly number[] = [];
  /** Those counted after the latest reading, and what each has added to the calls. */
  #since: { readonly at: number; readonly added: number }[] = [];
  /** In order of time, since when the leak is measured. */
  readonly #readings: Reading[] = [];
  #leak = initialLeak;

  /** Calls a millisecond, net of what other programs draw. */
  get leak(): number {
    return this.#leak;
  }

  /** Whether the bucket was empty of late, so that it may leak more than was seen. */
  get wasDry(): boolean {
    return this.#readings.some(({ used }) => used <= dryLevel);
  }

  /** The calls in the bucket, at most. */
  level(now: number): number {
    return Math.max(0, this.#levelOrLost(now));
  }

  /** Calls that have leaked or could have. */
  capacity(now: number): number {
    return this.#calls - this.#levelOrLost(now);
  }

  count(now: number): CountedCall {
    const lost = Math.max(0, -this.#levelOrLost(now));
    this.#calls += lost;
    this.#unordered = this.#unordered.filter((at) => at >= now - reorderingMs);
    const perhapsBefore = this.#unordered.length;
    const call = { at: now, before: this.#calls - perhapsBefore, perhapsBefore };
    this.#unordered = [...this.#unordered, now];
    this.#calls += 1;
    this.#since = [...this.#since, { at: now, added: lost + 1 }].slice(-mostKept);
    return call;
  }

  /** The next reading is the first. */
  forget(): void {
    this.#readings.length = 0;
  }

  /** A response said how many calls were in the bucket with this one. `windowMs`: how long to measure at least. */
  read({ at, before, perhapsBefore }: CountedCall, used: number, windowMs: number): void {
    const leaked = before + 1 - used;
    const reading = { at, used, leaked, leakedAtMost: leaked + perhapsBefore };
    const isNear = (other: Reading) => Math.abs(other.at - at) <= reorderingMs;
    // What had leaked has leaked a moment later, too.
    for (const other of this.#readings.filter(isNear)) {
      if (other.at >= at) other.leaked = Math.max(other.leaked, reading.leaked);
      if (other.at <= at) reading.leaked = Math.max(other.leaked, reading.leaked);
    }
    if (at < (this.#readings.at(-1)?.at ?? at)) return;
    this.#readings.push(reading);
    this.#since = this.#since.filter((call) => call.at > at);
    this.#measure(reading, Math.max(shortestWindowMs, windowMs));
  }

  /** Below 0 by what would have leaked if the bucket had not been empty. */
  #levelOrLost(now: number): number {
    const latest = this.#readings.at(-1);
    if (latest === undefined) return 0;
    let level = this.#calls - latest.leaked - this.#since.reduce((sum, { added }) => sum + added, 0);
    let last = latest.at;
    // What the latest reading says may have been unknown when they were counted: the bucket can have been empty then.
    for (const { at } of this.#since) {
      level = Math.max(0, level - this.#leak * (at - last)) + 1;
      last = at;
    }
    return level - this.#leak * Math.max(0, now - last);
  }

  #measure(last: Reading, windowMs: number): void {
    const isEnough = (first: Reading | undefined) =>
      first !== undefined && last.at - first.at >= windowMs && last.leaked - first.leaked >= fewestLeaked;
    while (isEnough(this.#readings[1])) this.#readings.shift();
    const [first = last] = this.#readings;
    if (last.at - first.at < windowMs) return;
    const leakedAtFirst = Math.max(first.leakedAtMost, first.leaked + measurementError);
    const measured = (last.leaked - leakedAtFirst) / (last.at - first.at);
    this.#leak = Math.max(isEnough(first) ? slowestLeak : initialLeak, measured);
  }
}
