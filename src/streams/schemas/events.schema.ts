import {
  integer,
  listOfPairs,
  naiveTimestamp,
  object,
  primaryKey,
  schema,
  text,
} from '../../airbyte/index.ts';

/**
 * What happened to an object, kept for seven days. `created_at` has no zone. What an attribute was and became can be of
 * any type: what is not text is given as JSON. Ids in `source` come as numbers or as texts.
 *
 * https://developer.rechargepayments.com/2021-11/events
 */
export const events = schema({
  id: primaryKey(integer),
  object_id: integer,
  object_type: text,
  customer_id: integer,
  created_at: naiveTimestamp,
  verb: text,
  description: text,
  source: object({
    account_id: text,
    account_email: text,
    api_token_id: text,
    api_token_name: text,
    origin: text,
    user_type: text,
  }),
  updated_attributes: listOfPairs(
    object({ attribute: text, previous_value: text, value: text }),
    'attribute',
    'value',
  ),
  custom_attributes: listOfPairs(object({ key: text, value: text }), 'key', 'value'),
});
