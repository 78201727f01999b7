import { RechargeError } from './errors.ts';

/** As few rows as a page may shrink to. */
const fewest = 10;
/** Pages served in a row before the next may be twice as large again. */
const pagesBeforeGrowth = 4;

/**
 * How many rows to ask for: half as many when the API cannot make a page in time, and slowly as many again. All chains of
 * a listing share one, so that what was too heavy for one of them is not tried by each.
 */
export class PageSize {
  readonly #full: number;
  #rows: number;
  #servedInARow = 0;
  /** What has failed is tried half as often each time. */
  #pagesBeforeGrowth = pagesBeforeGrowth;
  /** Whether a larger page is under way: one chain tries for all. */
  #isTrying = false;

  constructor(full: number) {
    this.#full = full;
    this.#rows = full;
  }

  /** How many rows the next request should ask for. */
  ask(): number {
    const mayGrow = this.#rows < this.#full && this.#servedInARow >= this.#pagesBeforeGrowth;
    if (!mayGrow || this.#isTrying) return this.#rows;
    this.#isTrying = true;
    return Math.min(this.#full, this.#rows * 2);
  }

  /** A page of so many rows was too heavy. */
  tooHeavy(rows: number): void {
    this.#servedInARow = 0;
    if (rows <= this.#rows) this.#rows = Math.min(this.#rows, Math.max(fewest, Math.floor(this.#rows / 2)));
    else if (this.#isTrying) {
      this.#isTrying = false;
      this.#pagesBeforeGrowth *= 2;
    }
  }

  served(rows: number): void {
    this.#servedInARow += 1;
    if (rows <= this.#rows) return;
    this.#rows = rows;
    this.#servedInARow = 1;
    this.#isTrying = false;
  }
}

/** The page size of one chain of pages, as far as the API lets it change within the chain. */
export class ChainSize {
  readonly #shared: PageSize;
  /** What the latest request asked for, and the first page that was served. */
  #asked = 0;
  #first: number | undefined;
  #isFixed = false;

  constructor(shared: PageSize) {
    this.#shared = shared;
  }

  /** Rows that the latest request asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** Rows to ask for now. */
  ask(): number {
    if (!this.#isFixed) this.#asked = this.#shared.ask();
    return this.#asked;
  }

  tooHeavy(): void {
    if (!this.#isFixed) this.#shared.tooHeavy(this.#asked);
  }

  served(): void {
    this.#first ??= this.#asked;
    if (!this.#isFixed) this.#shared.served(this.#asked);
  }

  /**
   * Asks by `ask`; where the API takes no other size beside a cursor than the one the chain began with (422), goes back
   * to that, asks once more, and keeps it.
   */
  async keptWhereRefused<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const refused = error instanceof RechargeError && error.status === 422;
      if (!refused || this.#first === undefined || this.#asked === this.#first) throw error;
      this.#asked = this.#first;
      this.#isFixed = true;
      return await ask();
    }
  }
}
