/** A call that the API has counted: when, the how many-eth it was, and the level with it. */
export interface Reading {
  readonly at: number;
  readonly calls: number;
  /** Calls, plus the leak that found an empty bucket until then: it is lost, so it counts as a call. */
  readonly filled: number;
  readonly used: number;
}

/** Calls that have leaked by a time, at least and at most. */
interface Leaked {
  readonly at: number;
  readonly least: number;
  readonly most: number;
  readonly wasDry: boolean;
}

/** Milliseconds within which calls may be counted in another order than they were sent in. */
export const reorderingMs = 100;
/** A window of the measurement has leaked so many calls, and is so many milliseconds long. */
const fewestLeaked = 24;
const shortestWindowMs = 500;
/** Calls by which rounding and reordering can overstate what has leaked in a window. */
const measurementError = 4;
/** A level at which the bucket may have been empty just before, so that it leaked less than it could. */
const dryLevel = 1;
/** Calls a millisecond: half of the slowest leak that is known of, until it is measured, and the least that is believed. */
const initialLeak = 0.001;
const leastLeak = 0.000_1;
/** The leak of the fastest token that is known of: until it is measured it may be so much, or twice what has been seen. */
const fastLeak = 0.02;

/**
 * The level and the leak of a bucket, by what responses say and one idea of when the API counts a call. Readings may come
 * in another order than they were counted in. Times are milliseconds, levels calls.
 */
export class Gauge {
  /** Those that may be out of order with the latest. */
  #recent: Reading[] = [];
  #latest: Reading | undefined;
  readonly #window: Leaked[] = [];
  #leak = initialLeak;
  #leakAtMost = fastLeak;

  /** Calls a millisecond that it is at most, as far as one can tell. */
  get leakAtMost(): number {
    return this.#leakAtMost;
  }

  /** Calls a millisecond, net of what other programs draw. Rather too low than too high. */
  get leak(): number {
    return this.#leak;
  }

  /** The latest call counted, and the highest level near it. */
  get latest(): Reading | undefined {
    return this.#latest;
  }

  /** The level at a time by which `filled` calls have been made; below 0 by what would have leaked from an empty bucket. */
  level(at: number, filled: number): number {
    if (this.#latest === undefined) return 0;
    return this.#latest.used + filled - this.#latest.filled - this.#leak * Math.max(0, at - this.#latest.at);
  }

  /** `uncounted`: calls before this one that the API may not have counted yet. `windowMs`: how long to measure at least. */
  add(reading: Reading, uncounted: number, windowMs: number): void {
    const before = this.#latest ?? reading;
    if (reading.at < before.at - reorderingMs) return;
    const at = Math.max(before.at, reading.at);
    this.#recent = this.#recent.filter((recent) => recent.at >= at - reorderingMs);
    this.#recent.push(reading);
    this.#latest = {
      at,
      calls: Math.max(before.calls, reading.calls),
      filled: Math.max(before.filled, reading.filled),
      used: this.#recent.reduce((most, { used }) => Math.max(most, used), 0),
    };
    const leaked = this.#latest.calls - this.#latest.used;
    this.#measure(
      { at, least: leaked - uncounted, most: leaked, wasDry: reading.used <= dryLevel },
      Math.max(shortestWindowMs, windowMs),
    );
  }

  #measure(now: Leaked, windowMs: number): void {
    const isLongEnough = (first: Leaked | undefined) =>
      first !== undefined && now.at - first.at >= windowMs && now.least - first.most >= fewestLeaked;
    this.#window.push(now);
    while (isLongEnough(this.#window[1])) this.#window.shift();
    const first = this.#window[0] ?? now;
    const elapsedMs = now.at - first.at;
    const leaked = now.least - first.most;
    const wasDry = this.#window.some(({ at, wasDry: isDry }) => isDry && at > first.at + reorderingMs);
    const most = (now.most - first.least + measurementError) / Math.max(1, elapsedMs);
    this.#leakAtMost =
      wasDry || elapsedMs < windowMs ? Math.max(fastLeak, 2 * this.#leak) : Math.max(leastLeak, most);
    if (elapsedMs < windowMs) return;
    const floor = leaked < fewestLeaked ? initialLeak : leastLeak;
    const leak = Math.max(floor, (leaked - measurementError) / elapsedMs);
    this.#leak = wasDry ? Math.max(this.#leak, leak) : leak;
  }
}
