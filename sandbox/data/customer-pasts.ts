import { KIND } from './charge-drafts.ts';
import type { Columns } from './columns.ts';
import type { Links } from './links.ts';
import type { OrderDeal } from './order-deal.ts';
import type { World } from './world.ts';

/** What a customer's charges have left behind, by customer. */
export interface CustomerPasts {
  /** Seconds since 1970 of the first paid charge, 0 where there is none. */
  readonly firstPaid: Uint32Array;
  /** How many subscription charges in a row were paid, up to now. */
  readonly streak: Uint16Array;
  /** 1 where the last charge failed a short while ago and is tried again. */
  readonly dunning: Uint8Array;
}

/** A failed charge is tried again for three weeks. */
const DUNNING_SECONDS = 21 * 86_400;

export const PAID: ReadonlySet<string> = new Set(['success', 'refunded', 'partially_refunded']);

export function customerPasts(
  world: World,
  links: Links,
  { kinds, addresses, at }: Columns,
  deal: OrderDeal,
  processed: number,
): CustomerPasts {
  const count = world.sizes.customers;
  const firstPaid = new Uint32Array(count);
  const streak = new Uint16Array(count);
  const dunning = new Uint8Array(count);
  for (let charge = 0; charge < processed; charge += 1) {
    const customer = links.parent('addresses', addresses[charge] as number, 'customers');
    const status = deal.statusOf(charge);
    const ran = at[charge] as number;
    if (PAID.has(status)) {
      firstPaid[customer] ||= ran;
      dunning[customer] = 0;
      if (kinds[charge] !== KIND.purchase) streak[customer] = (streak[customer] ?? 0) + 1;
    } else if (status === 'error') {
      dunning[customer] = Number(ran > world.now - DUNNING_SECONDS);
      if (kinds[charge] !== KIND.purchase) streak[customer] = 0;
    }
  }
  return { firstPaid, streak, dunning };
}
