import { integer, list, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A set of products. `name` is the older word for `title`.
 *
 * https://developer.rechargepayments.com/2021-11/collections
 */
export const collections = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  description: text,
  manual_sort_order: list(text),
  name: text,
  sort_order: text,
  title: text,
  type: text,
  updated_at: timestamp,
});
