import { boolean, integer, primaryKey, schema, timestamp } from '../../airbyte/index.ts';

/**
 * A merchant's user.
 *
 * https://developer.rechargepayments.com/2021-11/accounts
 */
export const accounts = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  invited_at: timestamp,
  is_owner: boolean,
  user_id: integer,
});
