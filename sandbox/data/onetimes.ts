import type { JsonObject } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, external, madeAfter } from './cast.ts';
import { money, priced } from './money.ts';
import type { Item } from './subscriptions.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Onetimes: items of one coming charge, or bought already. Every seventh is cancelled, the first of all among them. */
export function onetimes(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => onetimeCreated(cast, index);
  const updated = (index: number): number => world.updated('onetimes', index, created);
  const addressId = (index: number): number => world.id('addresses', onetimeAddress(cast, index));
  const customerId = (index: number): number =>
    world.id('customers', links.parent('addresses', onetimeAddress(cast, index), 'customers'));
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

function onetimeAddress({ history, links }: Cast, index: number): number {
  const charge = history.onetimeCharge(index);
  return charge < 0 ? links.elder('onetimes', index, 'addresses') : history.chargeAddress(charge);
}

/** Bought with its charge, or put into a queued one some time after that was made. */
function onetimeCreated(cast: Cast, index: number): number {
  const { world, history } = cast;
  const charge = history.onetimeCharge(index);
  if (charge < 0)
    return madeAfter(world, 'onetimes', index, cast.addressCreated(onetimeAddress(cast, index)));
  const made = history.chargeCreated(charge);
  if (charge < history.processed) return made;
  return made + world.draw('onetimes', PURPOSE.created, index, Math.max(world.now - made, 1));
}

/** What a onetime sells, in the currency of its address. */
export function onetimeItem(cast: Cast, index: number): Item {
  const draws = cast.world.draws('onetimes', index, PURPOSE.item);
  const goods = cast.goods(cast.productOf('onetimes', index));
  const { currency } = cast.place(onetimeAddress(cast, index));
  return {
    goods,
    currency,
    price: priced(goods.cents, currency),
    quantity: 1 + draws.below(3),
    sku: draws.pick([goods.sku, null]),
    variantTitle: draws.pick([goods.variant, null]),
    properties: draws.oneIn(4) ? [{ name: 'engraving', value: 'ÅÄÖ' }] : [],
  };
}

function onetime(cast: Cast, index: number): JsonObject {
  const { world, history } = cast;
  const draws = world.draws('onetimes', index);
  const { goods, currency, ...item } = onetimeItem(cast, index);
  const charge = history.onetimeCharge(index);
  const day = charge < history.processed ? null : dayText(history.chargeAt(charge));
  return {
    id: world.id('onetimes', index),
    address_id: 0,
    created_at: '',
    customer_id: 0,
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    is_cancelled: cancelled(index),
    // Documented as a date, seen as a date-time (docs/recharge-api.md#days): both come.
    next_charge_scheduled_at: day !== null && draws.oneIn(3) ? utcText(easternMidnight(day)) : day,
    presentment_currency: draws.oneIn(5) ? undefined : currency,
    price: money(item.price, currency),
    product_title: goods.title,
    properties: item.properties,
    quantity: item.quantity,
    sku: item.sku,
    sku_override: draws.oneIn(4),
    updated_at: '',
    variant_title: item.variantTitle,
  };
}
