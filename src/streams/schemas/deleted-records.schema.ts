import { integer, naiveTimestamp, primaryKey, schema, text } from '../../airbyte/index.ts';

/**
 * What an event of a deletion says, kept for seven days. `id` is the event's; `deleted_at`, its `created_at`, has no
 * zone.
 *
 * https://developer.rechargepayments.com/2021-11/events
 */
export const deletedRecords = schema({
  id: primaryKey(integer),
  object_type: text,
  object_id: integer,
  customer_id: integer,
  deleted_at: naiveTimestamp,
});
