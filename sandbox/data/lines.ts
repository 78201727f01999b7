import type { JsonObject, JsonValue } from '../json.ts';
import { type Cast, external, money } from './cast.ts';
import { discountCode, discountId } from './discounts.ts';
import type { Draws } from './random.ts';
import { text } from './text.ts';

/** What a charge or an order sells, with its sums in cents. */
export interface Basket {
  readonly lines: readonly JsonObject[];
  readonly shipping: readonly JsonObject[];
  readonly taxes: readonly JsonObject[];
  readonly discounts: readonly JsonObject[];
  readonly subtotal: number;
  readonly tax: number;
  readonly discount: number;
  readonly total: number;
  readonly grams: number;
}

/** The basket of a charge for a subscription: its goods, now and then a second line and a free gift. */
export function basket(cast: Cast, subscription: number, draws: Draws): Basket {
  const { world } = cast;
  const products = Math.max(world.sizes.products, 1);
  const taxed = draws.oneIn(3);
  const item = world.id('subscriptions', subscription);
  const lines = [line(cast, draws, cast.productOf('subscriptions', subscription), item, taxed)];
  if (draws.oneIn(3)) lines.push(line(cast, draws, draws.below(products), item, taxed));
  if (draws.oneIn(15)) lines.push(freeGift(cast, draws, draws.below(products)));
  const discounts = draws.oneIn(5) ? [discountSummary(cast, draws)] : [];
  const subtotal = sum(lines, 'cents');
  const tax = taxed ? Math.round(subtotal * 0.08875) : 0;
  const discount = discounts.length > 0 ? Math.floor(subtotal / 10) : 0;
  return {
    lines: lines.map(({ row }) => row),
    shipping: [shippingLine(draws)],
    taxes: taxed ? [taxLine(draws, tax)] : [],
    discounts,
    subtotal,
    tax,
    discount,
    total: subtotal + tax - discount + 550,
    grams: sum(lines, 'grams'),
  };
}

interface Line {
  readonly row: JsonObject;
  readonly cents: number;
  readonly grams: number;
}

function line(cast: Cast, draws: Draws, product: number, item: number | null, taxed: boolean): Line {
  const goods = cast.goods(product);
  const quantity = 1 + draws.below(3);
  const cents = goods.cents * quantity;
  const row: JsonObject = {
    purchase_item_id: item,
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    grams: goods.grams,
    handle: null,
    images: images(goods.variantId),
    original_price: money(goods.cents),
    properties: draws.oneIn(4)
      ? [
          { name: 'grind', value: 'whole' },
          { name: 'note', value: 'say “hi”\n🙂' },
        ]
      : [],
    purchase_item_type: draws.oneIn(9) ? 'onetime' : 'subscription',
    quantity,
    sku: draws.pick([goods.sku, goods.sku, null]),
    tax_due: taxed ? money(Math.round(cents * 0.08875)) : '0.00',
    tax_lines: taxed ? [taxLine(draws, Math.round(cents * 0.08875))] : [],
    taxable: true,
    taxable_amount: money(cents),
    title: goods.title,
    total_price: money(cents),
    unit_price: money(goods.cents),
    unit_price_includes_tax: false,
    variant_title: goods.variant,
  };
  return { row, cents, grams: goods.grams * quantity };
}

/** A gift has no purchase item (docs/recharge-api.md#types-that-vary). */
function freeGift(cast: Cast, draws: Draws, product: number): Line {
  const { row, grams } = line(cast, draws, product, null, false);
  const free = { original_price: '0.00', total_price: '0.00', unit_price: '0.00', taxable_amount: '0.00' };
  return {
    row: { ...row, ...free, offer_attributes: { type: 'free_gift', source: 'campaign' } },
    cents: 0,
    grams,
  };
}

/** Image addresses of a product or variant. */
export function images(id: string): JsonObject {
  const base = `https://cdn.example-shop.test/files/${id}`;
  return {
    large: text(base, '_large.jpg'),
    medium: text(base, '_medium.jpg'),
    original: text(base, '.jpg'),
    small: text(base, '_small.jpg'),
  };
}

/**
 * Rates come as number and as text (docs/recharge-api.md#types-that-vary), with more digits than money has.
 */
function taxLine(draws: Draws, cents: number): JsonObject {
  const rate: JsonValue = draws.oneIn(2) ? '0.08875' : 0.08875;
  return { price: money(cents), rate, title: draws.pick(['State Tax', 'MwSt. 19 %', 'TVA']) };
}

function shippingLine(draws: Draws): JsonObject {
  const title = draws.pick(['Economy', 'Express', 'Poste – lent']);
  return { code: title, price: '5.50', source: 'shopify', tax_lines: [], taxable: false, title };
}

function discountSummary(cast: Cast, draws: Draws): JsonObject {
  const any = draws.below(Math.max(cast.world.sizes.discounts, 1));
  const value: JsonValue = draws.oneIn(2) ? 10 : '10.00';
  return { id: discountId(cast.world, any), code: discountCode(any), value, value_type: 'percentage' };
}

function sum(lines: readonly Line[], field: 'cents' | 'grams'): number {
  let total = 0;
  for (const each of lines) total += each[field];
  return total;
}
