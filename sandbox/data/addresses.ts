import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import { discountId } from './discounts.ts';
import { money, priced } from './money.ts';
import { NOTES } from './names.ts';
import type { Draws } from './random.ts';
import { utcText } from './times.ts';

/** Shipping addresses of customers. */
export function addresses(cast: Cast): Blueprint {
  const { world, links } = cast;
  const customerId = (index: number): number =>
    world.id('customers', links.parent('addresses', index, 'customers'));
  return blueprint(world, 'addresses', {
    created: (index) => cast.addressCreated(index),
    facts: { customer_id: customerId },
    row: (birth, draws) => address(cast, birth, draws, customerId(birth.index)),
  });
}

function address(
  cast: Cast,
  { id, index, created, updated }: Birth,
  draws: Draws,
  customerId: number,
): JsonObject {
  const { world, links } = cast;
  const customer = links.parent('addresses', index, 'customers');
  const [method, end] = links.children('customers', customer, 'payment_methods');
  const { currency } = cast.place(index);
  const override = draws.pick([null, 'none', 'none', 'express']);
  return {
    id,
    customer_id: customerId,
    payment_method_id: method < end ? world.id('payment_methods', method) : null,
    ...cast.addressSummary(index),
    created_at: utcText(created),
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
    updated_at: utcText(updated),
  };
}
