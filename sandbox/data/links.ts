import type { ResourceName } from '../resources.ts';
import { PURPOSE, type World } from './world.ts';

/**
 * Which row belongs to which. Customers, addresses and subscriptions are laid side by side in order, so that
 * both ways (parent, children) are arithmetic; charges fall on a random subscription that was there before.
 */
export class Links {
  private readonly world: World;
  private active: Uint32Array | undefined;

  constructor(world: World) {
    this.world = world;
  }

  /** The parent of `index` when children are dealt to parents in order. */
  parent(child: ResourceName, index: number, parent: ResourceName): number {
    const { sizes } = this.world;
    return Math.floor((index * Math.max(sizes[parent], 1)) / Math.max(sizes[child], 1));
  }

  /** The first and one past the last child of a parent, dealt as in `parent`. */
  children(parent: ResourceName, index: number, child: ResourceName): readonly [number, number] {
    const { sizes } = this.world;
    const first = (at: number): number => Math.ceil((at * sizes[child]) / Math.max(sizes[parent], 1));
    return [first(index), Math.min(first(index + 1), sizes[child])];
  }

  /** Any row of `parent`, drawn for row `index` of `child`, as old as it or older. */
  elder(child: ResourceName, index: number, parent: ResourceName): number {
    const { sizes } = this.world;
    const share = (index + 1) / Math.max(sizes[child], 1);
    return this.world.draw(child, PURPOSE.link, index, Math.max(Math.floor(share * sizes[parent]), 1));
  }

  /** `active`, `cancelled` or `expired`. */
  subscriptionStatus(index: number): 'active' | 'cancelled' | 'expired' {
    const draw = this.world.draw('subscriptions', PURPOSE.status, index, 100);
    if (draw < 55) return 'active';
    return draw < 92 ? 'cancelled' : 'expired';
  }

  /** Indexes of the active subscriptions, rising. */
  activeSubscriptions(): Uint32Array {
    if (!this.active) {
      const found: number[] = [];
      for (let index = 0; index < this.world.sizes.subscriptions; index += 1) {
        if (this.subscriptionStatus(index) === 'active') found.push(index);
      }
      this.active = Uint32Array.from(found);
    }
    return this.active;
  }

  /** How many charges at the end of the list are queued, one for an active subscription each. */
  get queuedCharges(): number {
    return Math.min(Math.floor(this.world.sizes.charges * 0.12), this.activeSubscriptions().length);
  }

  get processedCharges(): number {
    return this.world.sizes.charges - this.queuedCharges;
  }

  /** The subscription a charge is for. */
  chargeSubscription(index: number): number {
    const processed = this.processedCharges;
    if (index >= processed) return this.activeSubscriptions()[index - processed] ?? 0;
    return this.elder('charges', index, 'subscriptions');
  }

  /** The queued charge of a subscription, -1 where it has none. */
  queuedCharge(subscription: number): number {
    const active = this.activeSubscriptions();
    let [low, high] = [0, active.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((active[middle] as number) < subscription) low = middle + 1;
      else high = middle;
    }
    return active[low] === subscription && low < this.queuedCharges ? this.processedCharges + low : -1;
  }

  /** The charge an order came from. */
  orderCharge(order: number): number {
    return Math.floor((order * Math.max(this.processedCharges, 1)) / Math.max(this.world.sizes.orders, 1));
  }

  /** The first order of a charge, -1 where it has none. */
  chargeOrder(charge: number): number {
    const { orders } = this.world.sizes;
    const order = Math.ceil((charge * orders) / Math.max(this.processedCharges, 1));
    return order < orders && this.orderCharge(order) === charge ? order : -1;
  }
}
