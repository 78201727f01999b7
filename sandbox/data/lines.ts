import type { JsonObject, JsonValue } from '../json.ts';
import { type Cast, external } from './cast.ts';
import { discountCode, discountCreated, discountId, discountTerms } from './discounts.ts';
import { money, priced } from './money.ts';
import { onetimeItem } from './onetimes.ts';
import type { Draws } from './random.ts';
import { type Item, subscriptionItem } from './subscriptions.ts';
import { text } from './text.ts';

/** What a charge or an order sells, with its sums in the smallest unit of the currency. */
export interface Basket {
  readonly currency: string;
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

const TAX_RATE = 0.08875;
const SHIPPING_CENTS = 550;

/**
 * The basket of a charge: the subscriptions that are due, the onetimes of that day, now and then an item that was put
 * in once, and a free gift. `draws` are those of the charge, so that its order shows the same.
 */
export function basket(cast: Cast, charge: number, draws: Draws): Basket {
  const { history } = cast;
  const { currency } = cast.place(history.chargeAddress(charge));
  const taxed = draws.oneIn(3);
  const subscriptions = history.chargeLines(charge);
  const onetimes = history.chargeOnetimes(charge);
  const lines = [
    ...subscriptions.map((each) => subscriptionLine(cast, draws, each, taxed)),
    ...onetimes.map((each) =>
      onetimeLine(draws, onetimeItem(cast, each), cast.world.id('onetimes', each), taxed),
    ),
  ];
  for (let more = extraItems(cast, charge, lines.length, draws); more > 0; more -= 1) {
    lines.push(onetimeLine(draws, someItem(cast, draws, currency), null, taxed));
  }
  const tax = sum(lines, 'tax');
  if (draws.oneIn(15)) lines.push(freeGift(draws, someItem(cast, draws, currency)));
  const subtotal = sum(lines, 'amount');
  const shipping = priced(SHIPPING_CENTS, currency);
  const discount = discountOf(cast, charge, draws, subtotal, shipping, currency);
  return {
    currency,
    lines: lines.map(({ row }) => row),
    shipping: [shippingLine(draws, money(shipping, currency))],
    taxes: taxed ? [taxLine(draws, tax, currency)] : [],
    discounts: discount.rows,
    subtotal,
    tax,
    discount: discount.amount,
    total: subtotal + tax - discount.amount + shipping,
    grams: sum(lines, 'grams'),
  };
}

/** What a later order of a prepaid charge holds: the same goods, for which the first one was paid. */
export function deliveredBasket({ lines, shipping, currency }: Basket): Basket {
  const nothing = money(0, currency);
  const free = {
    original_price: nothing,
    total_price: nothing,
    unit_price: nothing,
    taxable_amount: nothing,
  };
  const subscribed = lines.filter((line) => line['purchase_item_type'] === 'subscription');
  return {
    currency,
    lines: subscribed.map((line) => ({ ...line, ...free, tax_due: nothing, tax_lines: [] })),
    shipping: shipping.map((line) => ({ ...line, price: nothing })),
    taxes: [],
    discounts: [],
    subtotal: 0,
    tax: 0,
    discount: 0,
    total: 0,
    grams: subscribed.reduce((all, line) => all + Number(line['grams'] ?? 0) * Number(line['quantity']), 0),
  };
}

interface Line {
  readonly row: JsonObject;
  readonly amount: number;
  readonly tax: number;
  readonly grams: number;
}

/** A purchase without subscription has one or two items, a repeat now and then one more than usual. */
function extraItems({ history }: Cast, charge: number, lines: number, draws: Draws): number {
  if (lines === 0) return 1 + draws.below(2);
  return draws.oneIn(10) && charge < history.processed && !history.isPrepaid(charge) ? 1 : 0;
}

function subscriptionLine(cast: Cast, draws: Draws, subscription: number, taxed: boolean): Line {
  const id = cast.world.id('subscriptions', subscription);
  return lineOf(draws, subscriptionItem(cast, subscription), id, 'subscription', taxed);
}

/** A onetime that is not among the `onetimes` any more has no id. */
function onetimeLine(draws: Draws, item: Item, id: number | null, taxed: boolean): Line {
  return lineOf(draws, item, id, 'onetime', taxed);
}

function someItem(cast: Cast, draws: Draws, currency: string): Item {
  const goods = cast.goods(draws.below(Math.max(cast.world.sizes.products, 1)));
  return {
    goods,
    currency,
    price: priced(goods.cents, currency),
    quantity: 1 + draws.below(3),
    sku: draws.pick([goods.sku, null]),
    variantTitle: goods.variant,
    properties: [],
  };
}

function lineOf(draws: Draws, item: Item, id: number | null, type: string | null, taxed: boolean): Line {
  const { goods, currency, price, quantity } = item;
  const amount = price * quantity;
  const tax = taxed ? Math.round(amount * TAX_RATE) : 0;
  const grams = draws.oneIn(20) ? null : goods.grams;
  const row: JsonObject = {
    purchase_item_id: id,
    external_product_id: external(goods.productId),
    external_variant_id: external(goods.variantId),
    grams,
    handle: null,
    images: images(goods.variantId),
    offer_attributes: null,
    original_price: money(price, currency),
    properties: item.properties,
    purchase_item_type: type,
    quantity,
    sku: item.sku,
    tax_due: money(tax, currency),
    tax_lines: taxed ? [taxLine(draws, tax, currency)] : [],
    taxable: true,
    taxable_amount: money(amount, currency),
    title: goods.title,
    total_price: money(amount, currency),
    unit_price: money(price, currency),
    unit_price_includes_tax: false,
    variant_title: item.variantTitle,
  };
  return { row, amount, tax, grams: (grams ?? 0) * quantity };
}

/** As recorded, a gift names neither item nor type. */
function freeGift(draws: Draws, item: Item): Line {
  const { row, grams } = lineOf(draws, { ...item, price: 0 }, null, null, false);
  return {
    row: { ...row, offer_attributes: { type: 'free_gift', source: 'campaign' } },
    amount: 0,
    tax: 0,
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
function taxLine(draws: Draws, amount: number, currency: string): JsonObject {
  const rate: JsonValue = draws.oneIn(2) ? String(TAX_RATE) : TAX_RATE;
  return { price: money(amount, currency), rate, title: draws.pick(['State Tax', 'MwSt. 19 %', 'TVA']) };
}

function shippingLine(draws: Draws, price: string): JsonObject {
  const title = draws.pick(['Economy', 'Express', 'Poste – lent']);
  return { code: title, price, source: 'shopify', tax_lines: [], taxable: false, title };
}

/**
 * One discount in five charges, if it was there by then; its value comes as number and as text
 * (docs/recharge-api.md#types-that-vary).
 */
function discountOf(
  { world, history }: Cast,
  charge: number,
  draws: Draws,
  subtotal: number,
  shipping: number,
  currency: string,
): { readonly rows: readonly JsonObject[]; readonly amount: number } {
  const any = draws.below(Math.max(world.sizes.discounts, 1));
  const made = history.chargeCreated(charge);
  if (!draws.oneIn(5) || discountCreated(world, any) > made) return { rows: [], amount: 0 };
  const { type, value } = discountTerms(world, any);
  const shown: JsonValue = draws.oneIn(2) ? value / 100 : money(value);
  const row = { id: discountId(world, any), code: discountCode(any), value: shown, value_type: type };
  const off =
    { percentage: Math.floor((subtotal * value) / 10_000), shipping }[type] ?? priced(value, currency);
  return { rows: [row], amount: Math.min(off, type === 'shipping' ? shipping : subtotal) };
}

function sum(lines: readonly Line[], field: 'amount' | 'tax' | 'grams'): number {
  let total = 0;
  for (const each of lines) total += each[field];
  return total;
}
