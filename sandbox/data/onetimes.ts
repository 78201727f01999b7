import type { JsonObject } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external, madeAfter } from './cast.ts';
import { money, priced } from './money.ts';
import type { Draws } from './random.ts';
import type { Item } from './subscriptions.ts';
import { dayText, easternMidnight, utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Onetimes: items of one coming charge, or bought already. Every seventh is cancelled, the first of all among them. */
export function onetimes(cast: Cast): Blueprint {
  const { world, links } = cast;
  const address = (index: number): number => onetimeAddress(cast, index);
  return blueprint(world, 'onetimes', {
    created: (index) => onetimeCreated(cast, index),
    facts: {
      address_id: (index) => world.id('addresses', address(index)),
      customer_id: (index) => world.id('customers', links.parent('addresses', address(index), 'customers')),
      is_cancelled: (index) => Number(cancelled(index)),
    },
    readers: { is_cancelled: (row) => Number(row['is_cancelled'] === true) },
    row: (birth, draws) => onetime(cast, birth, draws),
  });
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

function onetime(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const { world, links, history } = cast;
  const address = onetimeAddress(cast, index);
  const { goods, currency, ...item } = onetimeItem(cast, index);
  const charge = history.onetimeCharge(index);
  const day = charge < history.processed ? null : dayText(history.chargeAt(charge));
  return {
    id,
    address_id: world.id('addresses', address),
    created_at: utcText(created),
    customer_id: world.id('customers', links.parent('addresses', address, 'customers')),
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
    updated_at: utcText(updated),
    variant_title: item.variantTitle,
  };
}
