/** The store's clock: real time plus an offset, or stopped. */
export class StoreClock {
  private offset: number;
  private readonly frozenAt: number | null;

  constructor(start: Date | undefined, frozen: boolean) {
    const real = Date.now();
    const from = start?.getTime() ?? real;
    this.offset = from - real;
    this.frozenAt = frozen ? real : null;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return (this.frozenAt ?? Date.now()) + this.offset;
  }

  /** Whole seconds since 1970, the precision of every time in the API. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  set(date: Date): void {
    this.advance(date.getTime() - this.now());
  }
}
