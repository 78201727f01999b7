/**
 * What we believe of the API's leaky bucket (recharge-api §2): its level, its size, its leak.
 *
 * An answer's `X-Recharge-Limit: used/size` is as old as the request took, answers overtake each other, and other
 * programs may draw on the same token. But calls made, less the level they met, is what has leaked, and that grows
 * evenly with the time of sending, whether the API counts a call when it comes or when it is answered. So a straight
 * line through the latest answers gives the leak, net of what others draw, and where the level stands now.
 *
 * Times are milliseconds of one monotonic clock; levels are calls; the leak is calls a second.
 */
export class Bucket {
  /** The least milliseconds between two requests. */
  readonly spacing: number;
  #size: number;
  #line: Line;
  /** Where the line is known to pass: at the beginning, and where the bucket was last seen dry. */
  #anchor: Sample;
  readonly #samples: Sample[] = [];
  /** Our calls so far, and whatever could not leak because the bucket was empty. */
  #calls = 0;
  readonly #unanswered = new Set<Sent>();
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;

  /** `spacing`: the least milliseconds between two requests, if it is more than our own. */
  constructor(guess: { size: number; leakPerSecond: number }, now: number, spacing = 0) {
    this.spacing = Math.max(leastSpacing, spacing);
    const leak = guess.leakPerSecond / 1000;
    this.#size = guess.size;
    this.#line = { leak, start: -leak * now, spread: 0 };
    this.#anchor = { at: now, leaked: 0 };
  }

  get leakPerSecond(): number {
    return this.#line.leak * 1000;
  }

  level(now: number): number {
    return Math.max(0, this.#calls - this.#leaked(now));
  }

  /** Requests that could go at once; negative where the bucket is too full. */
  room(now: number): number {
    // Before the first answer nobody knows what others have left in the bucket.
    const size = this.#samples.length === 0 ? this.#size / 4 : this.#size - this.#margin();
    return size - this.level(now);
  }

  /** Milliseconds until the next request may go; 0 for now. */
  waitMs(now: number): number {
    const surplus = 1 - this.room(now);
    return Math.max(
      0,
      this.#heldUntil - now,
      this.#lastSentAt + this.spacing - now,
      surplus / this.#line.leak,
    );
  }

  /** Counts a request as it goes out; what it returns is for `answered`, `refused` or `lost`. */
  sent(now: number): Sent {
    // An empty bucket cannot leak.
    this.#calls = Math.max(this.#calls, this.#leaked(now)) + 1;
    this.#lastSentAt = now;
    const sent = { at: now, calls: this.#calls };
    this.#unanswered.add(sent);
    return sent;
  }

  /** Learns from an answer's header. */
  answered(sent: Sent, used: number, size: number): void {
    this.#size = size;
    this.#unanswered.delete(sent);
    const leaked = sent.calls - used;
    // Calls sent before this one and not answered may not have been counted yet.
    const overtaken = [...this.#unanswered].filter(({ calls }) => calls < sent.calls).length;
    const missed = leaked - overtaken - this.#leaked(sent.at);
    if (used + overtaken <= dry && missed > 0) this.#ranDry(sent.at, missed);
    this.#learn({ at: sent.at, leaked });
  }

  /**
   * A 429: this call is not in the bucket, and nobody may ask before `until`. The bucket is full, whatever we believed,
   * unless the answer says that it is not: a gateway refuses as well.
   */
  refused(sent: Sent, until: number, used = this.#size): void {
    this.#unanswered.delete(sent);
    this.#calls -= 1;
    this.#heldUntil = Math.max(this.#heldUntil, until);
    this.#learn({ at: sent.at, leaked: sent.calls - 1 - used });
  }

  /** It never went out. */
  unused(sent: Sent): void {
    this.#unanswered.delete(sent);
    this.#calls -= 1;
  }

  /** An answer without the header, or none: the call counts, and nothing is learned. */
  lost(sent: Sent): void {
    this.#unanswered.delete(sent);
  }

  #leaked(now: number): number {
    return this.#line.start + this.#line.leak * now;
  }

  /** Calls kept free: for requests that overtake each other, and for how far answers stray from the line. */
  #margin(): number {
    return Math.min(this.#size / 2, this.#size * 0.08 + 2 * this.#line.spread);
  }

  /** The bucket was empty where we believed it was not: so many calls more have leaked, and the line goes on from there. */
  #ranDry(at: number, missed: number): void {
    for (const sample of this.#samples) sample.leaked += missed;
    this.#line = { ...this.#line, start: this.#line.start + missed };
    this.#anchor = { at, leaked: this.#leaked(at) };
  }

  #learn(sample: Sample): void {
    this.#samples.push(sample);
    const latest = this.#samples.slice(-fewest).reduce((at, other) => Math.max(at, other.at), 0);
    while (this.#samples.length > fewest && (this.#samples[0]?.at ?? latest) < latest - memory)
      this.#samples.shift();
    const line = fit(this.#samples, this.#line);
    // Soon after the anchor no more can have leaked than the leak allows, however low the first answers read.
    const cap = this.#anchor.leaked - line.leak * this.#anchor.at;
    this.#line = latest - this.#anchor.at < memory ? { ...line, start: Math.min(line.start, cap) } : line;
  }
}

/** A request as it went out: when, and which call it was. */
export interface Sent {
  readonly at: number;
  readonly calls: number;
}

interface Sample {
  readonly at: number;
  leaked: number;
}

/** leaked(t) = start + leak · t, and how far the samples stray from it. The leak is in calls a millisecond. */
interface Line {
  readonly leak: number;
  readonly start: number;
  readonly spread: number;
}

/** Milliseconds of answers that the line is drawn through, and the fewest answers, be they older. */
const memory = 10_000;
const fewest = 20;
/** A level at which the bucket is as good as empty. */
const dry = 2;
/** Milliseconds between two requests, so that a burst arrives about in the order it was sent. */
const leastSpacing = 20;
/** Calls a millisecond: one in ten seconds still asks whether others have stopped. */
const leastLeak = 0.000_1;
/** How much the leak believed so far weighs: as twenty answers a second away from the middle. */
const inertia = 20 * 1_000 ** 2;

/** The straight line through the samples, by least squares; answers that stray far move the leak less. */
function fit(samples: readonly Sample[], before: Line): Line {
  const n = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / n;
  const meanLeaked = samples.reduce((sum, { leaked }) => sum + leaked, 0) / n;
  const weight = inertia + (before.spread / (0.3 * before.leak)) ** 2;
  let together = weight * before.leak;
  let along = weight;
  for (const { at, leaked } of samples) {
    together += (at - meanAt) * (leaked - meanLeaked);
    along += (at - meanAt) ** 2;
  }
  const leak = Math.max(together / along, leastLeak);
  const start = meanLeaked - leak * meanAt;
  const spread = Math.sqrt(
    samples.reduce((sum, { at, leaked }) => sum + (leaked - start - leak * at) ** 2, 0) / n,
  );
  if (n >= fewest) return { leak, start, spread };
  // Few answers may all be lucky ones.
  return { leak, start: Math.min(...samples.map(({ at, leaked }) => leaked - leak * at)), spread };
}
