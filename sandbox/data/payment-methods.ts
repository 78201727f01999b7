import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import type { Draws } from './random.ts';
import { bareText, utcText } from './times.ts';

/**
 * Stored payment instruments. As recorded: some times without offset, `updated_at` now and then a few seconds
 * before `created_at`, `include` always there. Every eighth is deleted and shown only on request
 * (docs/recharge-api.md#hidden-rows).
 */
export function paymentMethods(cast: Cast): Blueprint {
  const { world, links } = cast;
  const customer = (index: number): number => links.parent('payment_methods', index, 'customers');
  const created = (index: number): number => cast.customerCreated(customer(index));
  return blueprint(world, 'payment_methods', {
    created,
    updated: (index) =>
      index % 11 === 3 ? created(index) - 7 : world.updated('payment_methods', index, created),
    facts: { customer_id: (index) => world.id('customers', customer(index)) },
    isDeleted,
    row: (birth, draws) => paymentMethod(cast, birth, draws, customer(birth.index)),
  });
}

function isDeleted(index: number): boolean {
  return index % 8 === 5;
}

function paymentMethod(
  cast: Cast,
  { id, index, created, updated }: Birth,
  draws: Draws,
  customer: number,
): JsonObject {
  const { world, links } = cast;
  const write = index % 5 === 2 ? bareText : utcText;
  const person = cast.person(customer);
  const [address] = links.children('customers', customer, 'addresses');
  const known = !draws.oneIn(9);
  const country = known ? cast.place(address).country : null;
  const summary = Object.entries(cast.addressSummary(address));
  const kind = draws.pick(['CREDIT_CARD', 'CREDIT_CARD', 'PAYPAL', 'APPLE_PAY', null]);
  return {
    id,
    customer_id: world.id('customers', customer),
    billing_address: {
      ...Object.fromEntries(known ? summary : summary.map(([key]) => [key, null])),
      country,
    },
    created_at: write(created),
    default: draws.pick([true, true, false, null]),
    include: {},
    payment_details: kind === 'CREDIT_CARD' ? card(draws) : kind === 'PAYPAL' ? paypal(person.email) : {},
    payment_type: kind,
    processor_customer_token: draws.pick([`cus_ExAmPle${index}`, person.externalId]),
    processor_name: draws.pick(['stripe', 'shopify_payments', 'braintree']),
    processor_payment_method_token: draws.oneIn(9) ? null : `pm_ExAmPle${index}`,
    status: draws.pick(['valid', 'valid', 'invalid', 'unvalidated', 'empty', null]),
    status_reason: draws.pick([null, null, 'card_expired']),
    updated_at: write(updated),
    deleted_at: isDeleted(index) ? utcText(updated) : null,
  };
}

/** Months and years are numbers in recordings and text in the SDK (docs/recharge-api.md#types-that-vary). */
function card(draws: Draws): JsonObject {
  const expires = draws.oneIn(2) ? { exp_month: 4, exp_year: 2031 } : { exp_month: '04', exp_year: '2031' };
  return {
    brand: 'visa',
    ...expires,
    last4: `0${100 + draws.below(800)}`,
    wallet_type: null,
    funding_type: 'debit',
  };
}

function paypal(email: string): JsonObject {
  return { paypal_email: email, paypal_payer_id: 'QX7EXAMPLE' };
}
