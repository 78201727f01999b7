import { RechargeError } from './errors.ts';

/** As few rows as a page may shrink to. */
const fewest = 10;
/** Pages served in a row before the next may be twice as large again. */
const pagesBeforeGrowth = 4;

/** How many rows to ask for: half as many when the API cannot make a page in time, and slowly as many again. */
export class PageSize {
  readonly #full: number;
  #rows: number;
  /** The size of the first page served. */
  #first: number | undefined;
  #servedInARow = 0;
  #fixed = false;

  constructor(full: number) {
    this.#full = full;
    this.#rows = full;
  }

  get rows(): number {
    return this.#rows;
  }

  halve(): void {
    if (!this.#fixed) this.#rows = Math.min(this.#rows, Math.max(fewest, Math.floor(this.#rows / 2)));
    this.#servedInARow = 0;
  }

  served(): void {
    this.#first ??= this.#rows;
    this.#servedInARow += 1;
    if (this.#fixed || this.#servedInARow < pagesBeforeGrowth) return;
    this.#servedInARow = 0;
    this.#rows = Math.min(this.#full, this.#rows * 2);
  }

  /**
   * Asks by `ask`; where the API takes no other size beside a cursor than the one the listing began with (422), goes
   * back to that, asks once more, and keeps it.
   */
  async keptWhereRefused<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const first = this.#first;
      const refused = error instanceof RechargeError && error.status === 422;
      if (!refused || first === undefined || this.#rows === first) throw error;
      this.#rows = first;
      this.#fixed = true;
      return await ask();
    }
  }
}
