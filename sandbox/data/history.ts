import { addPurchases, KIND, subscriptionCharges } from './charge-drafts.ts';
import { type Columns, inOrder } from './columns.ts';
import { type CustomerPasts, customerPasts } from './customer-pasts.ts';
import { type Fates, fates, lastDelivery } from './fates.ts';
import { DAY, dueDay, laterDay, type Lifetimes, type Plan } from './lifetimes.ts';
import type { Links } from './links.ts';
import { dealOrders, type OrderDeal } from './order-deal.ts';
import { PURPOSE, type World } from './world.ts';

const KIND_NAMES = ['checkout', 'recurring', 'checkout'] as const;

/**
 * What has happened in the store: which subscription was charged when, together with which others, and the orders
 * of that. Held as columns of numbers, a few bytes a charge, and worked out once, when first asked for.
 */
export class History {
  /** How many charges have been run; the rest of them, at the end, is queued. */
  readonly processed: number;
  private readonly world: World;
  private readonly fates: Fates;
  private readonly lastChargedAt: Uint32Array;
  private readonly columns: Columns;
  /** How many orders each charge pays for. */
  private readonly paysFor: Uint8Array;
  private readonly deal: OrderDeal;
  private readonly queuedOf: Int32Array;
  /** What their charges have left with the customers. */
  readonly customers: CustomerPasts;
  private readonly onetimeCharges: Int32Array;
  private readonly onetimeLines = new Map<number, number[]>();

  constructor(world: World, links: Links, lifetimes: Lifetimes, addressCreated: (address: number) => number) {
    this.world = world;
    this.fates = fates(world, lifetimes);
    const { past, queued, lastCharged } = subscriptionCharges(world, links, this.fates);
    const purchases = world.sizes.charges - past.count - queued.count;
    addPurchases(world, addressCreated, purchases, past);
    this.processed = past.count;
    this.lastChargedAt = lastCharged;
    this.columns = inOrder(past, queued);
    this.queuedOf = new Int32Array(world.sizes.subscriptions).fill(-1);
    const { lineEnds, lines } = this.columns;
    for (
      let charge = this.processed, line = lineEnds[charge - 1] ?? 0;
      charge < world.sizes.charges;
      charge += 1
    ) {
      for (; line < (lineEnds[charge] as number); line += 1) this.queuedOf[lines[line] as number] = charge;
    }
    this.paysFor = this.ordersPerCharge();
    this.deal = dealOrders(world, this.columns.kinds, this.processed, this.paysFor);
    this.customers = customerPasts(world, links, this.columns, this.deal, this.processed);
    this.onetimeCharges = this.dealOnetimes();
  }

  /** The subscriptions that a charge has lines of; none on a purchase. */
  chargeLines(charge: number): readonly number[] {
    const { lineEnds, lines } = this.columns;
    return Array.from(lines.subarray(charge === 0 ? 0 : lineEnds[charge - 1], lineEnds[charge]));
  }

  /** The onetimes that a charge has lines of. */
  chargeOnetimes(charge: number): readonly number[] {
    return this.onetimeLines.get(charge) ?? [];
  }

  chargeAddress(charge: number): number {
    return this.columns.addresses[charge] ?? 0;
  }

  /** `checkout` or `recurring`. */
  chargeType(charge: number): string {
    return KIND_NAMES[this.columns.kinds[charge] ?? 0] as string;
  }

  chargeStatus(charge: number): string {
    return this.deal.statusOf(charge);
  }

  chargeCreated(charge: number): number {
    return this.columns.created[charge] ?? this.world.now;
  }

  /** When a charge was run; of a queued one the second its day begins. */
  chargeAt(charge: number): number {
    return this.columns.at[charge] ?? this.world.now;
  }

  /** Which orders a charge has: the first, and one past the last. */
  chargeOrders(charge: number): readonly [number, number] {
    return [this.deal.firstOrder[charge] ?? 0, this.deal.firstOrder[charge + 1] ?? 0];
  }

  orderCharge(order: number): number {
    return this.deal.orderCharges[order] ?? 0;
  }

  /** The day for which an order is planned: those of a prepaid charge follow in the subscription's interval. */
  orderDay(order: number): number {
    const charge = this.orderCharge(order);
    const day = Math.floor(this.chargeAt(charge) / DAY);
    const plan = this.fates.plans[this.chargeLines(charge)[0] ?? -1];
    return plan ? laterDay(day, plan.unit, plan.every * this.orderTurn(order)) : day;
  }

  /** 0 for the first order of a charge, 1 for the next. */
  orderTurn(order: number): number {
    return order - (this.deal.firstOrder[this.orderCharge(order)] ?? 0);
  }

  isPrepaid(charge: number): boolean {
    return (this.paysFor[charge] ?? 1) > 1;
  }

  /** `active`, `cancelled` or `expired`. */
  subscriptionStatus(subscription: number): 'active' | 'cancelled' | 'expired' {
    if (this.fates.active[subscription] === 1) return 'active';
    const draw = this.world.draw('subscriptions', PURPOSE.status, subscription, 100);
    return draw < 82 || this.chargesOf(subscription) === 0 ? 'cancelled' : 'expired';
  }

  /** When a subscription that is not active ended: after its last delivery and before its next charge. */
  subscriptionEnded(subscription: number): number {
    const { now, timeline } = this.world;
    const start = this.fates.starts[subscription] ?? now;
    const times = this.chargesOf(subscription);
    const plan = this.plan(subscription);
    const from = Math.min((lastDelivery(start, plan, times) + 1) * DAY, now);
    const next = dueDay(Math.floor(start / DAY), plan, Math.max(times, 1)) * DAY;
    const to = Math.min(next, from < timeline.closing ? timeline.closing : now, now);
    const share = this.world.draw('subscriptions', PURPOSE.ending, subscription, 1000) / 1000;
    return from + Math.floor(Math.max(to - from, 0) * share);
  }

  /** How many charges a subscription has had. */
  chargesOf(subscription: number): number {
    return this.fates.charged[subscription] ?? 0;
  }

  /** When a subscription was last charged or, where it never was, began. */
  lastCharged(subscription: number): number {
    return this.lastChargedAt[subscription] || (this.fates.starts[subscription] ?? this.world.now);
  }

  plan(subscription: number): Plan {
    return this.fates.plans[subscription] ?? { unit: 'day', every: 30, orders: 1 };
  }

  /** The queued charge of a subscription, -1 where it has none. */
  queuedCharge(subscription: number): number {
    return this.queuedOf[subscription] ?? -1;
  }

  /** The charge that a onetime is a line of, -1 where it is of none; every seventh onetime was cancelled. */
  onetimeCharge(onetime: number): number {
    return this.onetimeCharges[onetime] ?? -1;
  }

  /** A prepaid subscription is alone at its address, so that the first line tells. */
  private ordersPerCharge(): Uint8Array {
    const { lineEnds, lines } = this.columns;
    let from = 0;
    return Uint8Array.from(lineEnds, (end) => {
      const first = from < end ? this.fates.plans[lines[from] as number] : undefined;
      from = end;
      return first?.orders ?? 1;
    });
  }

  /** Of seven onetimes one was cancelled, two wait in a queued charge and four were bought without a subscription. */
  private dealOnetimes(): Int32Array {
    const { sizes } = this.world;
    const charges = new Int32Array(sizes.onetimes).fill(-1);
    const purchases: number[] = [];
    for (let charge = 0; charge < this.processed; charge += 1) {
      if (this.columns.kinds[charge] === KIND.purchase) purchases.push(charge);
    }
    const queued = sizes.charges - this.processed;
    for (let onetime = 0; onetime < sizes.onetimes; onetime += 1) {
      const kind = onetime % 7;
      let charge = -1;
      if (kind === 1 || kind === 2) {
        if (queued > 0) charge = this.processed + this.world.draw('onetimes', PURPOSE.link, onetime, queued);
      } else if (kind > 2)
        charge = purchases[Math.floor((onetime * purchases.length) / sizes.onetimes)] ?? -1;
      if (charge < 0) continue;
      charges[onetime] = charge;
      const lines = this.onetimeLines.get(charge) ?? [];
      lines.push(onetime);
      this.onetimeLines.set(charge, lines);
    }
    return charges;
  }
}
