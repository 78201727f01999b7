import { integer, object, text } from '../../../airbyte/index.ts';
import { externalId } from './basics.schema.ts';

/** The customer of a charge or an order. */
export const customerSummary = object({
  id: integer,
  email: text,
  external_customer_id: externalId,
  hash: text,
});
