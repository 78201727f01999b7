import { boolean, integer, listOrText, object, text, timestamp } from '../../../airbyte/index.ts';
import { externalId, money, properties } from './basics.schema.ts';
import { images } from './images.schema.ts';

/** A tax. `rate` comes as a number or as a text; only older line items have a `unit_price`. */
const taxLine = object({ price: money, rate: text, title: text, unit_price: money });

/** Taxes were once seen as the text `"[]"`. */
export const taxLines = listOrText(taxLine);

/** A discount where it is used, whose `value` comes as a number or as a text. */
export const appliedDiscount = object({
  id: integer,
  application_method: text,
  code: text,
  value: text,
  value_type: text,
});

/** What shipping costs to an address, whatever the shop's rates say. */
export const shippingRate = object({ code: text, price: money, title: text });

/** The shipping of a charge or an order. */
export const shippingLine = object({
  code: text,
  price: money,
  retrieved_at: timestamp,
  source: text,
  status: text,
  tax_lines: taxLines,
  taxable: boolean,
  title: text,
});

/** An item of a charge or an order. A free gift has no `purchase_item_id`. */
export const lineItem = object({
  purchase_item_id: integer,
  external_product_id: externalId,
  external_variant_id: externalId,
  external_inventory_policy: text,
  grams: integer,
  handle: text,
  images,
  offer_attributes: object({ type: text, source: text }),
  original_price: money,
  properties,
  purchase_item_type: text,
  quantity: integer,
  sku: text,
  tax_due: money,
  tax_lines: taxLines,
  taxable: boolean,
  taxable_amount: money,
  title: text,
  total_price: money,
  unit_price: money,
  unit_price_includes_tax: boolean,
  variant_title: text,
  vendor: text,
});
