import { integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A reason to cancel and what is offered against it.
 *
 * https://developer.rechargepayments.com/2021-11/retention_strategies
 */
export const retentionStrategies = schema({
  id: primaryKey(integer),
  cancellation_flow_type: text,
  created_at: timestamp,
  discount_code: text,
  incentive_type: text,
  prevention_text: text,
  reason: text,
  updated_at: timestamp,
});
