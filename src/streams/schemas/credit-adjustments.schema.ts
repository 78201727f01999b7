import { integer, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { money } from './shared/basics.schema.ts';

/**
 * A movement on a credit account.
 *
 * https://developer.rechargepayments.com/2021-11/credits
 */
export const creditAdjustments = schema({
  id: primaryKey(integer),
  amount: money,
  created_at: timestamp,
  created_by: object({
    identifier: text,
    resource_id: text,
    type: text,
  }),
  credit_account_id: integer,
  currency_code: text,
  ending_balance: money,
  note: text,
  type: text,
  updated_at: timestamp,
});
