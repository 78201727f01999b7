/** Prints counts as they grow, a line every few seconds; not where the connector's own view is seen. */
export class Progress {
  readonly #counts = new Map<string, number>();
  #latest: string | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #begun = performance.now();

  constructor() {
    this.#timer = process.stderr.isTTY ? undefined : setInterval(() => this.#show(), 2_000).unref();
  }

  add(stream: string): void {
    this.#latest = stream;
    this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + 1);
  }

  /** Stops printing, and returns the records of each stream. */
  end(): ReadonlyMap<string, number> {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#show();
    return this.#counts;
  }

  #show(): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(1);
    const text = `  ${seconds} s  ${total} records of ${this.#counts.size} streams${this.#latest === undefined ? '' : `, now ${this.#latest}`}`;
    process.stdout.write(`${text}\n`);
  }
}
