import type { Span } from './coverage.ts';
import type { Instant } from './instant.ts';

/** Rows closer together than those around them are believed for so many times as many; more where nobody knows better. */
const believed = 32;
const believedAlone = 256;
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
    const one = this.#seen[this.#firstFrom(from + 1) - 1];
    const other = this.#seen[this.#firstFrom(to)];
    if (one !== undefined && length <= (near * one.rows) / one.density)
      return { before: one.density, after: one.density };
    const sparser = one && other ? Math.min(one.density, other.density) : 0;
    const times = one && other ? believed : believedAlone;
    const bounded = ({ rows, density }: Seen) => Math.min(density, sparser + (times * rows) / length);
    const [before, after] = [one && bounded(one), other && bounded(other)];
    return { before: before ?? after ?? 0, after: after ?? before ?? 0 };
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

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.max(one, other);
}
