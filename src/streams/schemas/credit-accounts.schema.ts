import { boolean, integer, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { money } from './shared/basics.schema.ts';

const amount = object({ amount: money, currency_code: text });

/**
 * A customer's store credit. What `initial_value` is here, a customer's credit summary calls
 * `initial_balance`.
 *
 * https://developer.rechargepayments.com/2021-11/credits
 */
export const creditAccounts = schema({
  id: primaryKey(integer),
  api_client_id: integer,
  api_client_restricted: boolean,
  available_balance: money,
  available_balance_set: object({ store_default_currency: amount, presentment_currency: amount }),
  created_at: timestamp,
  currency_code: text,
  customer_id: integer,
  expires_at: timestamp,
  initial_balance: money,
  initial_value: money,
  name: text,
  redemption_code: text,
  store_id: integer,
  type: text,
  updated_at: timestamp,
});
