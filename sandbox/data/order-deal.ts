import { KIND } from './charge-drafts.ts';
import { PURPOSE, type World } from './world.ts';

/** Which charges were paid, and the orders that came of them. */
export interface OrderDeal {
  /** The first order of charge n, one entry more than there are charges: its orders end where the next one's begin. */
  readonly firstOrder: Uint32Array;
  /** The charge of each order. */
  readonly orderCharges: Uint32Array;
  statusOf(charge: number): string;
}

const QUEUED = 'queued';
const PAID = 'success';
/** What becomes of a charge that is not paid, in hundredths. */
const UNPAID: readonly (readonly [string, number])[] = [
  ['error', 40],
  ['skipped', 50],
  ['pending_manual_payment', 5],
  ['uncaptured', 5],
];
const UNPAID_PURCHASE: readonly (readonly [string, number])[] = [
  ['error', 70],
  ['pending_manual_payment', 15],
  ['uncaptured', 15],
];
const REFUNDS: readonly (readonly [string, number])[] = [
  [PAID, 94],
  ['refunded', 3],
  ['partially_refunded', 3],
];

/**
 * Decides which charges were paid, so that they give the number of orders that the store is to have: one for each, and
 * for a prepaid one as many as it pays for.
 */
export function dealOrders(
  world: World,
  kinds: Uint8Array,
  processed: number,
  paysFor: Uint8Array,
): OrderDeal {
  const unpaid = pickUnpaid(world, kinds, processed, paysFor);
  const { charges, orders } = world.sizes;
  const paid = processed - unpaid.reduce((sum, each) => sum + each, 0);
  let promised = 0;
  for (let charge = 0; charge < processed; charge += 1)
    if (unpaid[charge] === 0) promised += paysFor[charge] as number;
  // Only where a store is asked to have more orders than its charges can have.
  const more = Math.ceil(Math.max(orders - promised, 0) / Math.max(paid, 1));
  const firstOrder = new Uint32Array(charges + 1);
  const orderCharges = new Uint32Array(orders);
  let order = 0;
  for (let charge = 0; charge <= charges; charge += 1) {
    firstOrder[charge] = order;
    if (charge >= processed || unpaid[charge] === 1) continue;
    const end = Math.min(order + (paysFor[charge] as number) + more, orders);
    orderCharges.fill(charge, order, end);
    order = end;
  }
  const statusOf = (charge: number): string => {
    if (charge >= processed) return QUEUED;
    const draw = world.draw('charges', PURPOSE.status, charge, 100);
    if (unpaid[charge] === 0) return pick(REFUNDS, draw);
    return pick(kinds[charge] === KIND.purchase ? UNPAID_PURCHASE : UNPAID, draw);
  };
  return { firstOrder, orderCharges, statusOf };
}

/** One byte a charge, 1 where it is not paid: mostly repeats, some purchases, others only where those do not do. */
function pickUnpaid(world: World, kinds: Uint8Array, processed: number, paysFor: Uint8Array): Uint8Array {
  const counts = [0, 0, 0, 0];
  let promised = 0;
  const tier = (charge: number): number => {
    if ((paysFor[charge] as number) > 1) return 3;
    return kinds[charge] === KIND.recurring ? 0 : kinds[charge] === KIND.purchase ? 1 : 2;
  };
  for (let charge = 0; charge < processed; charge += 1) {
    const at = tier(charge);
    counts[at] = (counts[at] as number) + 1;
    promised += paysFor[charge] as number;
  }
  const [repeats = 0, purchases = 0, checkouts = 0, prepaid = 0] = counts;
  // A prepaid charge that is not paid takes all its orders with it; the others one each.
  let left = Math.max(promised - world.sizes.orders, 0);
  const take = (most: number): number => {
    const taken = Math.min(left, most);
    left -= taken;
    return taken;
  };
  const fewer = Math.min(Math.ceil(left / 3), purchases);
  left -= fewer;
  const fromRepeats = take(repeats);
  const fromPurchases = fewer + take(purchases - fewer);
  const wanted = [fromRepeats, fromPurchases, take(checkouts), take(prepaid)];
  const unpaid = new Uint8Array(processed);
  for (let charge = 0; charge < processed; charge += 1) {
    const at = tier(charge);
    const chance = world.draw('charges', PURPOSE.churn, charge, 1_000_000) / 1_000_000;
    if (chance * (counts[at] as number) < (wanted[at] as number)) {
      unpaid[charge] = 1;
      wanted[at] = (wanted[at] as number) - 1;
    }
    counts[at] = (counts[at] as number) - 1;
  }
  return unpaid;
}

function pick(table: readonly (readonly [string, number])[], draw: number): string {
  let left = draw;
  for (const [name, share] of table) {
    if (left < share) return name;
    left -= share;
  }
  return PAID;
}
