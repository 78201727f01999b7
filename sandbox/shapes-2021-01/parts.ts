import { PLACES } from '../data/names.ts';
import { easternText } from '../data/times.ts';
import { type JsonObject, type JsonValue, listAt, objectAt, rawNumber, textAt } from '../json.ts';

/** Finds a row of another resource that is embedded in this one; undefined where it was deleted. */
export type Lookup = (resource: 'customers' | 'addresses', id: number | null) => JsonObject | undefined;

/** A 2021-11 time as 2021-01 writes it: New York's local time without an offset; a date becomes midnight. */
export function eastern(row: JsonObject, key: string): string | null {
  const text = textAt(row, key);
  if (text === null) return null;
  if (text.length === 10) return `${text}T00:00:00`;
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? text : easternText(Math.floor(at / 1000));
}

/** An enum value in capitals. */
export function upper(row: JsonObject, key: string): string | null {
  return textAt(row, key)?.toUpperCase() ?? null;
}

/** Decimal text as a number, written as Python writes floats (`38.0`); other values as they are. */
export function float(row: JsonObject, key: string): JsonValue {
  const text = textAt(row, key);
  if (text === null || !/^-?\d+(?:\.\d+)?$/.test(text)) return row[key] ?? null;
  const [whole = '0', decimals = ''] = text.split('.');
  const short = decimals.replace(/0+$/, '');
  return rawNumber(`${whole}.${short === '' ? '0' : short}`);
}

/** The platform's id, taken from its object. */
export function platformId(row: JsonObject, key: string): string | null {
  return textAt(objectAt(row, key), 'ecommerce');
}

/** The platform's id as a number where it is one. */
export function platformNumber(row: JsonObject, key: string): JsonValue {
  const id = platformId(row, key);
  return id !== null && /^\d{1,15}$/.test(id) ? Number(id) : id;
}

const COUNTRIES = new Map(PLACES.map(({ code, country }) => [code, country]));

/** A country's name for its code. */
export function countryName(row: JsonObject): string | null {
  const code = textAt(row, 'country_code');
  return code === null ? null : (COUNTRIES.get(code) ?? code);
}

/** An embedded address, with the country's name instead of its code. */
export function embeddedAddress(row: JsonObject, key: string): JsonObject | null {
  const value = row[key];
  if (value === null || value === undefined) return null;
  const { country_code, ...rest } = objectAt(row, key);
  return { ...rest, country: countryName({ country_code }) };
}

/**
 * Line items: flat ids and prices; numbers on orders, text on charges (docs/recharge-api.md#version-2021-01).
 */
export function lineItems(row: JsonObject, on: 'orders' | 'charges'): readonly JsonObject[] {
  return listAt(row, 'line_items').map((line) => ({
    external_inventory_policy: line['external_inventory_policy'],
    grams: line['grams'],
    images: line['images'],
    original_price: on === 'orders' ? float(line, 'original_price') : textAt(line, 'original_price'),
    price: on === 'orders' ? float(line, 'unit_price') : textAt(line, 'unit_price'),
    product_title: line['title'],
    properties: line['properties'],
    quantity: line['quantity'],
    shopify_product_id:
      on === 'orders' ? platformId(line, 'external_product_id') : platformNumber(line, 'external_product_id'),
    shopify_variant_id:
      on === 'orders' ? platformId(line, 'external_variant_id') : platformNumber(line, 'external_variant_id'),
    sku: line['sku'],
    subscription_id: line['purchase_item_type'] === 'subscription' ? line['purchase_item_id'] : null,
    tax_lines: line['tax_lines'],
    title: line['title'],
    variant_title: line['variant_title'],
  }));
}

/** A row with every `…_at` in Eastern time, for resources that differ in nothing else. */
export function withEasternTimes(row: JsonObject): JsonObject {
  const times = Object.keys(row).filter((key) => key.endsWith('_at'));
  return { ...row, ...Object.fromEntries(times.map((key) => [key, eastern(row, key)])) };
}
