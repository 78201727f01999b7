import type { Links } from './links.ts';
import { type World, PURPOSE } from './world.ts';

export const DAY = 86_400;

/** How often a subscription is delivered and charged. */
export interface Plan {
  readonly unit: 'day' | 'week' | 'month';
  /** Units between two orders. */
  readonly every: number;
  /** Orders that one charge pays for: more than one where it is prepaid. */
  readonly orders: number;
}

/** Four in nine every thirty days, three every month, one every second week and one every sixty days. */
const PLANS: readonly Plan[] = [
  ...Array.from({ length: 4 }, (): Plan => ({ unit: 'day', every: 30, orders: 1 })),
  ...Array.from({ length: 3 }, (): Plan => ({ unit: 'month', every: 1, orders: 1 })),
  { unit: 'week', every: 2, orders: 1 },
  { unit: 'day', every: 60, orders: 1 },
];
const PREPAID: readonly Plan[] = [
  { unit: 'day', every: 30, orders: 3 },
  { unit: 'month', every: 1, orders: 3 },
];

/** When each subscription began and when its charges are due: days are whole days since 1970 in UTC. */
export class Lifetimes {
  private readonly world: World;
  private readonly links: Links;
  private readonly addressCreated: (address: number) => number;

  constructor(world: World, links: Links, addressCreated: (address: number) => number) {
    this.world = world;
    this.links = links;
    this.addressCreated = addressCreated;
  }

  /** The subscription whose checkout this one was part of: itself, or the first of its address. */
  private checkout(subscription: number): number {
    const [first] = this.siblings(subscription);
    if (subscription === first || this.draw(PURPOSE.created, subscription, 10) < 7) return first;
    return this.joined(first, subscription) === null ? first : subscription;
  }

  /** When the checkout was, in seconds since 1970. */
  start(subscription: number): number {
    const [first] = this.siblings(subscription);
    const own = this.checkout(subscription) === first ? null : this.joined(first, subscription);
    return own ?? this.firstStart(first);
  }

  plan(subscription: number): Plan {
    const [first, end] = this.siblings(subscription);
    const alone = end - first === 1;
    const prepaid = alone && !this.isEarly(this.firstStart(first));
    if (prepaid && this.draw(PURPOSE.kind, subscription, 10) === 0) {
      return PREPAID[this.draw(PURPOSE.plan, subscription, PREPAID.length)] as Plan;
    }
    return PLANS[this.draw(PURPOSE.plan, this.checkout(subscription), PLANS.length)] as Plan;
  }

  /** How many charges are due from `start` up to and with `lastDay`; the first year ended when the shop closed. */
  dueUntil(start: number, plan: Plan, lastDay: number): number {
    const { closing } = this.world.timeline;
    const last = this.isEarly(start) ? Math.min(lastDay, Math.floor(closing / DAY) - 1) : lastDay;
    const first = Math.floor(start / DAY);
    return last < first ? 1 : 1 + stepsBetween(first, last, plan);
  }

  /**
   * True where what began at `start` ended when the shop closed. An hour's grace: the last customer of the first year
   * may take that long from the first click to the checkout.
   */
  isEarly(start: number): boolean {
    return start <= this.world.timeline.closing + 3600;
  }

  private firstStart(first: number): number {
    const address = this.links.parent('subscriptions', first, 'addresses');
    return this.addressCreated(address) + 1 + this.draw(PURPOSE.jitter, first, 600);
  }

  /** When a later item was added to the address; null where there was no time for that. */
  private joined(first: number, subscription: number): number | null {
    const start = this.firstStart(first);
    const at = start + DAY * (3 + this.draw(PURPOSE.link, subscription, 180));
    const { now, closing } = this.world.timeline;
    return at >= now - DAY || (this.isEarly(start) && at > closing - DAY) ? null : at;
  }

  private siblings(subscription: number): readonly [number, number] {
    const address = this.links.parent('subscriptions', subscription, 'addresses');
    return this.links.children('addresses', address, 'subscriptions');
  }

  private draw(purpose: number, subscription: number, below: number): number {
    return this.world.draw('subscriptions', purpose, subscription, below);
  }
}

/** The day on which charge number `times` (0 is the checkout) of a subscription is due. */
export function dueDay(first: number, { unit, every, orders }: Plan, times: number): number {
  return laterDay(first, unit, every * orders * times);
}

/** The day so many units after another; months keep to the first day's number, 28 at most. */
export function laterDay(first: number, unit: Plan['unit'], units: number): number {
  if (units === 0) return first;
  if (unit !== 'month') return first + units * (unit === 'week' ? 7 : 1);
  const from = new Date(first * DAY * 1000);
  return Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + units, dayOfMonth(first)) / (DAY * 1000);
}

/** The day of the month on which a monthly subscription that began on `first` is charged. */
export function dayOfMonth(first: number): number {
  return Math.min(new Date(first * DAY * 1000).getUTCDate(), 28);
}

function stepsBetween(first: number, last: number, { unit, every, orders }: Plan): number {
  if (unit !== 'month') return Math.floor((last - first) / (every * orders * (unit === 'week' ? 7 : 1)));
  const [from, to] = [new Date(first * DAY * 1000), new Date(last * DAY * 1000)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const whole = to.getUTCDate() < dayOfMonth(first) ? months - 1 : months;
  return Math.max(Math.floor(whole / (every * orders)), 0);
}
