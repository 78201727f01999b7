import { integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * That a product is in a collection; the pair is the key. `external_product_id` comes as a number or as text. Whether
 * `id` exists is not sure.
 *
 * https://developer.rechargepayments.com/2021-11/collection_products
 */
export const collectionProducts = schema({
  collection_id: primaryKey(integer),
  created_at: timestamp,
  external_product_id: primaryKey(text),
  id: integer,
  updated_at: timestamp,
});
