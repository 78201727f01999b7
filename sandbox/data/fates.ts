import { DAY, dueDay, laterDay, type Lifetimes, type Plan } from './lifetimes.ts';
import { PURPOSE, type World } from './world.ts';

/** How each subscription has fared until now, by index. */
export interface Fates {
  readonly starts: Uint32Array;
  readonly plans: readonly Plan[];
  /** How often it was charged, or was to be. */
  readonly charged: Uint16Array;
  /** 1 where it goes on. */
  readonly active: Uint8Array;
}

/** How much of a store's charges subscriptions may take up before those of one day become one charge. */
const MOST_OF_CHARGES = 0.97;
/** Shares of subscriptions that end between two charges, the first that leaves room for purchases is the store's. */
const CHURNS = [0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1] as const;

/** Deals lives to subscriptions so that their charges fit into those that the store is to have. */
export function fates(world: World, lifetimes: Lifetimes): Fates {
  const count = world.sizes.subscriptions;
  const room = Math.floor(world.sizes.charges * MOST_OF_CHARGES);
  const today = Math.floor(world.now / DAY);
  const starts = new Uint32Array(count);
  const due = new Uint16Array(count);
  const luck = new Float64Array(count);
  const plans: Plan[] = [];
  for (let index = 0; index < count; index += 1) {
    const [start, plan] = [lifetimes.start(index), lifetimes.plan(index)];
    starts[index] = start;
    plans.push(plan);
    luck[index] = Math.log((world.draw('subscriptions', PURPOSE.churn, index, 1_000_000) + 1) / 1_000_000);
    due[index] = lifetimes.dueUntil(start, plan, today);
  }
  const charged = new Uint16Array(count);
  const active = new Uint8Array(count);
  for (const churn of CHURNS) {
    const decay = Math.log(1 - churn);
    let needed = 0;
    for (let index = 0; index < count; index += 1) {
      const most = due[index] as number;
      // Charges until it ends, if nothing else ends it.
      const length = churn === 1 ? 1 : 1 + Math.floor((luck[index] as number) / decay);
      const goesOn =
        !lifetimes.isEarly(starts[index] as number) && (length > most || undelivered(index, length));
      charged[index] = Math.min(length, most);
      active[index] = Number(goesOn);
      needed += (charged[index] as number) + (active[index] as number);
    }
    if (needed <= room) return { starts, plans, charged, active };
  }
  return { starts, plans, charged: thinned(count, room), active: new Uint8Array(count) };

  /** What was paid for is delivered first, then a subscription can end. */
  function undelivered(index: number, length: number): boolean {
    if (length !== due[index]) return false;
    return lastDelivery(starts[index] as number, plans[index] as Plan, length) >= today;
  }
}

/** The day of the last order of charge number `times` (1 is the checkout) of a subscription. */
export function lastDelivery(start: number, plan: Plan, times: number): number {
  const charged = dueDay(Math.floor(start / DAY), plan, Math.max(times - 1, 0));
  return laterDay(charged, plan.unit, plan.every * (plan.orders - 1));
}

/** Where even one charge each is too many: `room` of the subscriptions have one, spread evenly. */
function thinned(count: number, room: number): Uint16Array {
  const before = (index: number): number => Math.floor((index * Math.min(room, count)) / Math.max(count, 1));
  return Uint16Array.from({ length: count }, (_, index) => before(index + 1) - before(index));
}
