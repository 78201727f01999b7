import {
  anyObject,
  boolean,
  integer,
  list,
  object,
  primaryKey,
  schema,
  text,
  timestamp,
} from '../../airbyte/index.ts';

/**
 * A product that customers fill with others. The docs name its fields and say little of their types: what is not sure is
 * text, which any value has a form of.
 *
 * https://developer.rechargepayments.com/2021-11/bundle_products
 */
export const bundleProducts = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  custom_prices: text,
  customization_window: text,
  default_bundle_variant_id: integer,
  description: text,
  external_product_id: text,
  is_customizable: boolean,
  max_quantity_per_variant: integer,
  price_rule: text,
  reset_box_contents: text,
  title: text,
  updated_at: timestamp,
  variants: list(
    object({
      id: integer,
      external_variant_id: text,
      option_sources: list(anyObject),
      ranges: list(anyObject),
      title: text,
    }),
  ),
});
