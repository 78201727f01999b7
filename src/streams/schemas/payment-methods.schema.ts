import { anyObject, boolean, integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { postalAddressWithCountry } from './shared/postal-addresses.schema.ts';
import { paymentDetails } from './shared/payments.schema.ts';

/**
 * A card or account to pay with. Times came without a zone in 2022; those are UTC. `payment_details` is empty when
 * nothing is known. An empty `include` comes with every row, asked for or not: this stream alone declares one, though
 * none is ever asked for (docs/recharge-api.md#keys-sent-at-times), since the platform drops what is not
 * declared and the log would name it.
 *
 * https://developer.rechargepayments.com/2021-11/payment_methods
 */
export const paymentMethods = schema({
  id: primaryKey(integer),
  billing_address: postalAddressWithCountry,
  created_at: timestamp,
  customer_id: integer,
  default: boolean,
  deleted_at: timestamp,
  include: anyObject,
  payment_details: paymentDetails,
  payment_type: text,
  processor_customer_token: text,
  processor_name: text,
  processor_payment_method_token: text,
  status: text,
  status_reason: text,
  updated_at: timestamp,
});
