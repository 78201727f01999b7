import type { Span } from './coverage.ts';
import type { Instant } from './instant.ts';

/** Pages in a row that are denser than those around them are believed for so many like each. */
const believed = 16;
/** The same for a page beyond which nothing has been seen. */
const believedAlone = 256;
/** Pages are alike down to this part of the density. */
const alike = 0.5;
/** A stretch no longer than so many lengths of the page before it is most likely like that page. */
const near = 4;

/** Rows seen: where they begin, how many, and how close together, in rows a millisecond. */
interface Seen {
  readonly from: Instant;
  readonly rows: number;
  readonly density: number;
}

/** Densities at the beginning and at the end of a stretch. */
interface Slope {
  readonly before: number;
  readonly after: number;
}

/**
 * Where the rows of a listing lie, as far as its pages have shown. Between two pages the density is taken to change
 * evenly by factors: a young store grows, and what comes before or after a sale day is far from its density.
 */
export class Timeline {
  /** In order of time. */
  readonly #seen: Seen[] = [];

  /** Takes note that so many rows lie in this stretch. */
  note({ from, to }: Span, rows: number): void {
    // None seen are less than one, but nobody knows how much less.
    const some = Math.max(0.5, rows);
    const density = some / Math.max(1_000, to - from);
    this.#seen.splice(this.#firstFrom(from + 1), 0, { from, rows: some, density });
  }

  /** Rows to be expected in a stretch of which nothing has been seen. */
  rowsIn(span: Span): number {
    const { before, after } = this.#slopeOf(span);
    const isEven = isNear(before, after);
    const density = isEven ? before : (after - before) / Math.log(after / before);
    return Math.max(0, span.to - span.from) * density;
  }

  /** Where to cut a stretch so that as many rows are to be expected in each part; in rising order. */
  cuts(span: Span, parts: number): Instant[] {
    const { before, after } = this.#slopeOf(span);
    const growth = isNear(before, after) ? 1 : after / before;
    return Array.from({ length: parts - 1 }, (_, index) => {
      const part = (index + 1) / parts;
      const along = growth === 1 ? part : Math.log1p(part * (growth - 1)) / Math.log(growth);
      return span.from + along * (span.to - span.from);
    });
  }

  #slopeOf({ from, to }: Span): Slope {
    const length = Math.max(1, to - from);
    const [last, next] = [this.#firstFrom(from + 1) - 1, this.#firstFrom(to)];
    const [one, other] = [this.#seen[last], this.#seen[next]];
    if (one !== undefined && length <= (near * one.rows) / one.density)
      return { before: one.density, after: one.density };
    if (one === undefined || other === undefined) return evenly(one ?? other, length);
    const sparser = Math.min(one.density, other.density);
    const bounded = (density: number, index: number, step: 1 | -1) => {
      const enough = ((density - sparser) * length) / believed;
      return Math.min(density, sparser + (believed * this.#rowsLike(index, step, enough)) / length);
    };
    return { before: bounded(one.density, last, -1), after: bounded(other.density, next, 1) };
  }

  /** Rows of a page and of those next to it, forwards or backwards, that are like it; counted until they are enough. */
  #rowsLike(index: number, step: 1 | -1, enough: number): number {
    const least = alike * (this.#seen[index]?.density ?? 0);
    let rows = 0;
    for (let at = index; rows < enough; at += step) {
      const seen = this.#seen[at];
      if (seen === undefined || seen.density < least) break;
      rows += seen.rows;
    }
    return rows;
  }

  /** The index of the first that begins there or later. */
  #firstFrom(instant: Instant): number {
    let [low, high] = [0, this.#seen.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#seen[middle]?.from ?? instant) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where a page has been seen on one side alone, or on none. */
function evenly(only: Seen | undefined, length: number): Slope {
  const density = only === undefined ? 0 : Math.min(only.density, (believedAlone * only.rows) / length);
  return { before: density, after: density };
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.max(one, other);
}
