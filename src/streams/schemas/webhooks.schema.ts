import { integer, list, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A webhook of the API client that the token belongs to.
 *
 * https://developer.rechargepayments.com/2021-11/webhooks
 */
export const webhooks = schema({
  id: primaryKey(integer),
  address: text,
  created_at: timestamp,
  included_objects: list(text),
  topic: text,
  updated_at: timestamp,
  version: text,
});
