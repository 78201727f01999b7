import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, external, money } from './cast.ts';
import { dayText, easternMidnight, utcText } from './times.ts';

/** Onetimes: items added to a coming charge. Every seventh is cancelled, the first of all among them. */
export function onetimes(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => world.created('onetimes', index);
  const updated = (index: number): number => world.updated('onetimes', index, created);
  const address = (index: number): number => links.elder('onetimes', index, 'addresses');
  const addressId = (index: number): number => world.id('addresses', address(index));
  const customerId = (index: number): number =>
    world.id('customers', links.parent('addresses', address(index), 'customers'));
  return {
    ...world.identity('onetimes'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      address_id: addressId,
      customer_id: customerId,
      is_cancelled: (index) => Number(cancelled(index)),
    },
    readers: { is_cancelled: (row) => Number(row['is_cancelled'] === true) },
    row: (index) => ({
      ...onetime(cast, index),
      address_id: addressId(index),
      customer_id: customerId(index),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

function cancelled(index: number): boolean {
  return index % 7 === 0;
}

function onetime(cast: Cast, index: number): JsonObject {
  const { world } = cast;
  const draws = world.draws('onetimes', index);
  const goods = cast.goods(cast.productOf('onetimes', index));
  const day = dayText(world.now + 86_400 * (1 + draws.below(40)));
  // Documented as a date, seen as a date-time (docs/recharge-api.md#days): both come.
  const next = draws.oneIn(4) ? utcText(easternMidnight(day)) : day;
  return {
    id: world.id('onetimes', index),
    address_id: 0,
    created_at: '',
    customer_id: 0,
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    is_cancelled: cancelled(index),
    next_charge_scheduled_at: cancelled(index) ? null : next,
    presentment_currency: draws.oneIn(5) ? undefined : 'USD',
    price: money(goods.cents),
    product_title: goods.title,
    properties: draws.oneIn(4) ? [{ name: 'engraving', value: 'ÅÄÖ' }] : [],
    quantity: 1 + draws.below(3),
    sku: draws.pick([goods.sku, null]),
    sku_override: draws.oneIn(4),
    updated_at: '',
    variant_title: draws.pick([goods.variant, null]),
  };
}
