import { boolean, integer, list, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { money } from './shared/basics.schema.ts';

/**
 * What a customer chose for a bundle. The product ids are plain texts here, not objects as elsewhere.
 *
 * https://developer.rechargepayments.com/2021-11/bundle_selections
 */
export const bundleSelections = schema({
  id: primaryKey(integer),
  bundle_variant: integer,
  bundle_variant_id: integer,
  charge_id: integer,
  created_at: timestamp,
  external_product_id: text,
  external_variant_id: text,
  is_fallback: boolean,
  items: list(
    object({
      id: integer,
      collection_id: text,
      collection_source: text,
      created_at: timestamp,
      external_product_id: text,
      external_variant_id: text,
      price: money,
      quantity: integer,
      updated_at: timestamp,
    }),
  ),
  order_id: integer,
  purchase_item_id: integer,
  updated_at: timestamp,
});
