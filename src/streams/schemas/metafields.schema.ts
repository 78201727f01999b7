import { integer, naiveTimestamp, primaryKey, schema, text } from '../../airbyte/index.ts';

/**
 * A custom field of another object. `owner_id` is a number by the docs and a text in practice, `value` a text whatever
 * `value_type` says. Times have no zone, even in 2021-11.
 *
 * https://developer.rechargepayments.com/2021-11/metafields
 */
export const metafields = schema({
  id: primaryKey(integer),
  owner_id: text,
  created_at: naiveTimestamp,
  description: text,
  key: text,
  namespace: text,
  owner_resource: text,
  updated_at: naiveTimestamp,
  value: text,
  value_type: text,
});
