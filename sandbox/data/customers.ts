import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external } from './cast.ts';
import type { Draws } from './random.ts';
import { bareText, utcText } from './times.ts';

/** Customers, with the counters that their subscriptions give. */
export function customers(cast: Cast, naive: boolean): Blueprint {
  return blueprint(cast.world, 'customers', {
    created: (index) => cast.customerCreated(index),
    facts: { email: (index) => cast.person(index).email },
    readers: {
      external_customer_id: (row) => (row['external_customer_id'] as { ecommerce: string }).ecommerce,
    },
    row: (birth, draws) => details(cast, birth, draws, naive && birth.index % 20 === 0 ? bareText : utcText),
  });
}

function details(
  cast: Cast,
  { id, index, created, updated }: Birth,
  draws: Draws,
  write: (seconds: number) => string,
): JsonObject {
  const { firstPaid, streak, dunning } = cast.history.customers;
  const first = firstPaid[index] ?? 0;
  const person = cast.person(index);
  return {
    id,
    analytics_data: analytics(draws, created),
    apply_credit_to_next_checkout_charge: draws.oneIn(9),
    apply_credit_to_next_recurring_charge: draws.oneIn(4),
    created_at: write(created),
    email: person.email,
    external_customer_id: external(person.externalId),
    first_charge_processed_at: first === 0 ? null : write(first),
    first_name: person.first,
    has_payment_method_in_dunning: dunning[index] === 1,
    has_valid_payment_method: !draws.oneIn(8),
    hash: person.hash,
    last_name: person.last,
    phone: draws.pick([null, `+4670${1_000_000 + draws.below(8_999_999)}`]),
    subscription_related_charge_streak: streak[index] ?? 0,
    ...subscriptionCounters(cast, index),
    tax_exempt: draws.oneIn(15),
    updated_at: write(updated),
  };
}

/** How many subscriptions a customer has, as the store was seeded. */
function subscriptionCounters(cast: Cast, customer: number): JsonObject {
  let [active, total] = [0, 0];
  for (const subscription of subscriptionsOf(cast, customer)) {
    total += 1;
    if (cast.history.subscriptionStatus(subscription) === 'active') active += 1;
  }
  return { subscriptions_active_count: active, subscriptions_total_count: total };
}

/** Indexes of the seeded subscriptions of a customer. */
export function subscriptionsOf({ links }: Cast, customer: number): number[] {
  const found: number[] = [];
  const [firstAddress, endAddress] = links.children('customers', customer, 'addresses');
  for (let address = firstAddress; address < endAddress; address += 1) {
    const [first, end] = links.children('addresses', address, 'subscriptions');
    for (let subscription = first; subscription < end; subscription += 1) found.push(subscription);
  }
  return found;
}

/** What brought the buyer here: mostly nothing, sometimes one or two captures. */
export function analytics(draws: Draws, at: number): JsonObject {
  const captures = draws.oneIn(6) ? 1 + draws.below(2) : 0;
  const capture = (): JsonObject => ({
    utm_campaign: draws.pick(['spring_roast', 'sale', 'back, again']),
    utm_content: 'hero',
    utm_data_source: 'cookies',
    utm_source: draws.pick(['newsletter', 'search']),
    utm_medium: 'email',
    utm_term: '',
    utm_timestamp: utcText(at - 90),
  });
  return { utm_params: Array.from({ length: captures }, capture) };
}
