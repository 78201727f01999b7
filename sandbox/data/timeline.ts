const DAY = 86_400;
const SPAN_DAYS = 1_095;

/** When the sale was, in days before now: recent enough to be inside every window of the API but one. */
const SALE_DAYS_AGO = 45;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mass: number;
}

/**
 * How a store's rows spread over its three years: slow beginnings, months of nothing, growth, and one sale
 * day with more than a tenth of all rows. All times are whole seconds since 1970.
 */
export class Timeline {
  readonly start: number;
  readonly now: number;
  /** Midnight UTC at which the sale day begins. */
  readonly saleDay: number;
  /** When the shop closed for some months, and every subscription of its first year had ended. */
  readonly closing: number;
  private readonly stretches: readonly Stretch[];

  constructor(now: number) {
    this.now = now;
    this.start = now - SPAN_DAYS * DAY;
    this.saleDay = Math.floor((now - SALE_DAYS_AGO * DAY) / DAY) * DAY;
    const at = (fraction: number): number => this.start + Math.floor(SPAN_DAYS * DAY * fraction);
    this.closing = at(0.3);
    this.stretches = [
      { from: at(0), to: this.closing, mass: 0.05 },
      { from: at(0.45), to: at(0.75), mass: 0.2 },
      { from: at(0.75), to: this.saleDay, mass: 0.37 },
      { from: this.saleDay, to: this.saleDay + DAY, mass: 0.18 },
      { from: this.saleDay + DAY, to: now, mass: 0.2 },
    ];
  }

  /** The second at which this fraction (0 to 1) of the rows had been made; rises with the fraction. */
  at(fraction: number): number {
    let left = Math.min(Math.max(fraction, 0), 1);
    for (const { from, to, mass } of this.stretches) {
      if (left <= mass) return Math.min(from + Math.floor(((to - from) * left) / mass), this.now);
      left -= mass;
    }
    return this.now;
  }

  /** The fraction of the rows that had been made at a second. */
  shareAt(second: number): number {
    let share = 0;
    for (const { from, to, mass } of this.stretches) {
      if (second < to) return share + mass * Math.max((second - from) / (to - from), 0);
      share += mass;
    }
    return 1;
  }
}
