/** Prints counts as they grow: one line, rewritten, on a terminal, and a line every few seconds elsewhere. */
export class Progress {
  readonly #counts = new Map<string, number>();
  #latest: string | undefined;
  readonly #live = process.stdout.isTTY;
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#show(), this.#live ? 100 : 2_000).unref();
  }

  add(stream: string): void {
    this.#latest = stream;
    this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + 1);
  }

  /** Stops printing, and returns the records of each stream. */
  end(): ReadonlyMap<string, number> {
    clearInterval(this.#timer);
    this.#show();
    if (this.#live) process.stdout.write('\n');
    return this.#counts;
  }

  #show(): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(1);
    const text = `  ${seconds} s  ${total} records of ${this.#counts.size} streams${this.#latest === undefined ? '' : `, now ${this.#latest}`}`;
    if (this.#live) process.stdout.write(`\r\x1b[2K${text}`);
    else process.stdout.write(`${text}\n`);
  }
}
