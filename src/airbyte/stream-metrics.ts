/** What a stream can wait for. Of several at the same time, the first in this order counts. */
const noWaits = { limit: 0, api: 0, destination: 0 };
type Cause = keyof typeof noWaits;
const causes = Object.keys(noWaits) as Cause[];

export const none = { rows: 0, bytes: 0, pages: 0, requests: 0, retries: 0, ...noWaits };
/** What a stream has come to; of each `Cause`, the milliseconds by the clock that it waited for it. */
export type Counts = Readonly<typeof none>;

/** Counts what becomes of one stream, where it happens. The report of the sync reads it. */
export class StreamMetrics {
  readonly #counts = { ...none };
  readonly #retries = new Map<string, number>();
  readonly #pending = { ...noWaits };
  #settledAt = performance.now();

  get counts(): Counts {
    this.#settle();
    return { ...this.#counts };
  }

  /** `429: 2, no answer: 1` */
  get retryReasons(): string {
    return [...this.#retries].map(([reason, count]) => `${reason}: ${count}`).join(', ');
  }

  add(what: 'rows' | 'bytes' | 'pages' | 'requests', count = 1): void {
    this.#counts[what] += count;
  }

  /** @param reason without any content: a status, or what there was instead */
  retry(reason: string): void {
    this.#counts.retries += 1;
    this.#retries.set(reason, (this.#retries.get(reason) ?? 0) + 1);
  }

  /** Counts a wait, until the function it returns is called for the first time. */
  wait(cause: Cause): () => void {
    let pending = 1;
    this.#settle();
    this.#pending[cause] += pending;
    return () => {
      this.#settle();
      this.#pending[cause] -= pending;
      pending = 0;
    };
  }

  /** Adds the time since the last change to what is waited for. */
  #settle(): void {
    const now = performance.now();
    const cause = causes.find((one) => this.#pending[one] > 0);
    if (cause !== undefined) this.#counts[cause] += now - this.#settledAt;
    this.#settledAt = now;
  }
}

/** @param sign -1 takes the other away */
export function plus(one: Counts, other: Counts, sign: 1 | -1 = 1): Counts {
  const counts = { ...one };
  for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += sign * other[name];
  return counts;
}
