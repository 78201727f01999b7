import type { Fates } from './fates.ts';
import { DAY, dueDay, type Plan } from './lifetimes.ts';
import type { Links } from './links.ts';
import { PURPOSE, type World } from './world.ts';

/** What a charge is for. */
export const KIND = { checkout: 0, recurring: 1, purchase: 2 } as const;

/** Charges before they are put in order of time, column by column; times are seconds since 1970. */
export class Drafts {
  count = 0;
  readonly kinds: Uint8Array;
  readonly addresses: Uint32Array;
  readonly created: Uint32Array;
  /** When it was run; for queued charges the second its day begins. */
  readonly at: Uint32Array;
  /** The lines of charge n, subscriptions, end before `lineEnds[n]`. */
  readonly lineEnds: Uint32Array;
  readonly lines: Uint32Array;
  private line = 0;

  /** Room for so many charges, and for as many lines. */
  constructor(room: number) {
    this.kinds = new Uint8Array(room);
    this.addresses = new Uint32Array(room);
    this.created = new Uint32Array(room);
    this.at = new Uint32Array(room);
    this.lineEnds = new Uint32Array(room);
    this.lines = new Uint32Array(room);
  }

  add(kind: number, address: number, made: number, at: number, subscriptions: Iterable<number>): void {
    const { count } = this;
    this.kinds[count] = kind;
    this.addresses[count] = address;
    this.created[count] = made;
    this.at[count] = at;
    for (const subscription of subscriptions) {
      this.lines[this.line] = subscription;
      this.line += 1;
    }
    this.lineEnds[count] = this.line;
    this.count += 1;
  }

  /** Adds a copy of another's charge. */
  take({ kinds, addresses, created, at, lineEnds, lines }: Drafts, charge: number): void {
    const subscriptions = lines.subarray(lineEnds[charge - 1] ?? 0, lineEnds[charge]);
    const address = addresses[charge] as number;
    this.add(
      kinds[charge] as number,
      address,
      created[charge] as number,
      at[charge] as number,
      subscriptions,
    );
  }
}

/** What subscriptions were charged, what waits in the queue, and when each subscription was last charged. */
export interface SubscriptionCharges {
  readonly past: Drafts;
  readonly queued: Drafts;
  readonly lastCharged: Uint32Array;
}

interface Due {
  readonly day: number;
  readonly subscription: number;
  readonly isFirst: boolean;
}

/** The charges of all subscriptions: one for each day on which something of an address is due. */
export function subscriptionCharges(world: World, links: Links, fates: Fates): SubscriptionCharges {
  const { charges } = world.sizes;
  const [past, queued] = [new Drafts(charges), new Drafts(charges)];
  const lastCharged = new Uint32Array(world.sizes.subscriptions);
  const addresses = Math.max(world.sizes.addresses, 1);
  for (let address = 0; address < addresses; address += 1) {
    const [first, end] = links.children('addresses', address, 'subscriptions');
    const [due, next]: [Due[], Due[]] = [[], []];
    for (let subscription = first; subscription < end; subscription += 1) {
      addDue(fates, subscription, due, next);
    }
    byDay(due, end - first, (day, together) =>
      runCharge(world, fates, past, lastCharged, address, day, together),
    );
    byDay(next, end - first, (day, together) => {
      const made = Math.max(...together.map(({ subscription }) => lastCharged[subscription] as number)) + 2;
      queued.add(KIND.recurring, address, Math.min(made, world.now), day * DAY, subscriptionsOf(together));
    });
  }
  return { past, queued, lastCharged };
}

function addDue(
  { starts, plans, charged, active }: Fates,
  subscription: number,
  due: Due[],
  next: Due[],
): void {
  const first = Math.floor((starts[subscription] as number) / DAY);
  const times = charged[subscription] as number;
  const plan = plans[subscription] as Plan;
  for (let time = 0; time < times; time += 1) {
    due.push({ day: dueDay(first, plan, time), subscription, isFirst: time === 0 });
  }
  if (active[subscription] === 1)
    next.push({ day: dueDay(first, plan, times), subscription, isFirst: false });
}

function byDay(
  due: Due[],
  subscriptions: number,
  run: (day: number, together: readonly Due[]) => void,
): void {
  if (subscriptions > 1) due.sort((a, b) => a.day - b.day || a.subscription - b.subscription);
  for (let from = 0; from < due.length; ) {
    const { day } = due[from] as Due;
    let to = from + 1;
    while (due[to]?.day === day) to += 1;
    run(day, due.slice(from, to));
    from = to;
  }
}

/** A checkout is charged within the minute, what repeats in the small hours of its day. */
function runCharge(
  world: World,
  { starts }: Fates,
  drafts: Drafts,
  lastCharged: Uint32Array,
  address: number,
  day: number,
  together: readonly Due[],
): void {
  const draw = (below: number): number => world.draw('addresses', PURPOSE.hour, address + day * 7919, below);
  let [started, before] = [0, 0];
  for (const { subscription, isFirst } of together) {
    if (isFirst) started = Math.max(started, starts[subscription] as number);
    before = Math.max(before, lastCharged[subscription] as number);
  }
  const wanted = started > 0 ? started + 1 + draw(40) : day * DAY + 5 * 3600 + draw(4 * 3600);
  const at = Math.min(wanted, day * DAY + DAY - 1, world.now);
  const made = started > 0 ? Math.max(started, at - 5) : Math.min(before + 2, at);
  for (const { subscription } of together) lastCharged[subscription] = at;
  const kind = started > 0 ? KIND.checkout : KIND.recurring;
  drafts.add(kind, address, made, at, subscriptionsOf(together));
}

function subscriptionsOf(together: readonly Due[]): readonly number[] {
  return together.map(({ subscription }) => subscription);
}

/** Adds purchases without a subscription, three in five of them on the sale day. */
export function addPurchases(
  world: World,
  addressCreated: (address: number) => number,
  count: number,
  drafts: Drafts,
): void {
  const { timeline, sizes } = world;
  for (let index = 0; index < count; index += 1) {
    const draws = world.draws('charges', index, PURPOSE.purchase);
    const wanted =
      index % 5 < 3 ? timeline.saleDay + draws.below(DAY) : timeline.at((index + draws.next()) / count);
    const address = Math.floor(draws.next() * timeline.shareAt(wanted) * sizes.addresses);
    const at = Math.min(Math.max(wanted, addressCreated(address) + 1000), world.now);
    drafts.add(KIND.purchase, address, at - 5, at, []);
  }
}
