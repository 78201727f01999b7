import { integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A bulk job.
 *
 * https://developer.rechargepayments.com/2021-11/async_batch_endpoints
 */
export const asyncBatches = schema({
  id: primaryKey(integer),
  batch_type: text,
  closed_at: timestamp,
  created_at: timestamp,
  deleted_at: timestamp,
  fail_task_count: integer,
  status: text,
  submitted_at: timestamp,
  success_task_count: integer,
  total_task_count: integer,
  updated_at: timestamp,
  version: text,
});
