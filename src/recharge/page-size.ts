/** A slow page shrinks to no fewer rows, and a page of fewer is not taken for one that the API has cut off. */
export const fewestRows = 10;
/** Pages served in a row before the next may be twice as large again. */
const pagesBeforeGrowth = 4;

/** Called after an attempt that took the API too long, or whose answer was too large: a page may shrink to `fewest` rows then. */
export type OnTimeout = (fewest?: number) => void;

/**
 * How many rows to ask for: half as many when the API cannot make a page in time, and slowly as many again. All chains of
 * a listing share one, so that each does not try what was too heavy for another.
 */
export class PageSize {
  /** Rows in a full page. */
  readonly full: number;
  #rows: number;
  #servedInARow = 0;
  /** Rows of the largest page so far. */
  #largest = 0;
  /** What has failed is tried half as often each time. */
  #pagesBeforeGrowth = pagesBeforeGrowth;

  constructor(full: number) {
    this.full = full;
    this.#rows = full;
  }

  /** Takes in a page of so many rows; returns whether it has any, and no page before it has had more. */
  served(rows: number): boolean {
    this.#largest = Math.max(this.#largest, rows);
    return rows > 0 && rows === this.#largest;
  }

  /** @param send sends one request in all its attempts: each asks for as many rows as `limit` says then @throws what it throws */
  async request<T>(send: (limit: () => number, onTimeout: OnTimeout) => Promise<T>): Promise<T> {
    let isTrial = this.#rows < this.full && this.#servedInARow >= this.#pagesBeforeGrowth;
    // One request tries for all. Whatever becomes of it, as many pages go before the next trial.
    if (isTrial) this.#servedInARow = 0;
    let asked = 0;
    const limit = () => (asked = isTrial ? Math.min(this.full, this.#rows * 2) : this.#rows);
    const onTimeout: OnTimeout = (fewest = fewestRows) => {
      this.#servedInARow = 0;
      if (isTrial) this.#pagesBeforeGrowth *= 2;
      else if (asked <= this.#rows)
        this.#rows = Math.min(this.#rows, Math.max(fewest, Math.floor(this.#rows / 2)));
      isTrial = false;
    };
    const answer = await send(limit, onTimeout);
    this.#servedInARow += 1;
    this.#rows = Math.max(this.#rows, asked);
    return answer;
  }
}
