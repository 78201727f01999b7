import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import { discountId } from './discounts.ts';
import { money, priced } from './money.ts';
import { NOTES } from './names.ts';
import { utcText } from './times.ts';

/** Shipping addresses of customers. */
export function addresses(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => cast.addressCreated(index);
  const updated = (index: number): number => world.updated('addresses', index, created);
  const customerId = (index: number): number =>
    world.id('customers', links.parent('addresses', index, 'customers'));
  return {
    ...world.identity('addresses'),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated, customer_id: customerId },
    row: (index) => ({
      ...address(cast, index, customerId(index)),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

function address(cast: Cast, index: number, customerId: number): JsonObject {
  const { world, links } = cast;
  const draws = world.draws('addresses', index);
  const customer = links.parent('addresses', index, 'customers');
  const [method, end] = links.children('customers', customer, 'payment_methods');
  const { currency } = cast.place(index);
  const override = draws.pick([null, 'none', 'none', 'express']);
  return {
    id: world.id('addresses', index),
    customer_id: customerId,
    payment_method_id: method < end ? world.id('payment_methods', method) : null,
    ...cast.addressSummary(index),
    created_at: '',
    discounts: draws.oneIn(8) ? [{ id: discountId(world, draws.below(1000)) }] : [],
    order_attributes: draws.oneIn(5) ? [{ name: 'gift_wrap', value: draws.pick(['yes', 'no', '']) }] : [],
    order_note: draws.oneIn(4) ? draws.pick(NOTES) : null,
    presentment_currency: draws.oneIn(7) ? null : currency,
    shipping_lines_conserved:
      index % 7 === 0
        ? [{ code: 'std', price: money(priced(490, currency), currency), title: 'Standard' }]
        : [],
    shipping_lines_override:
      override === null
        ? null
        : override === 'none'
          ? []
          : [{ code: 'Express', price: money(priced(4900, currency), currency), title: 'Express' }],
    is_gift: draws.oneIn(12),
    updated_at: '',
  };
}
