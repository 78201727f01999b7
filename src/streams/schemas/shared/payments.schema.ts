import { object, text } from '../../../airbyte/index.ts';

/** What the payment processor calls a payment: a number or a text. */
export const externalTransactionId = object({ payment_processor: text });

/** A card or a PayPal account; empty when nothing is known. Month and year come as numbers or as texts. */
export const paymentDetails = object({
  brand: text,
  exp_month: text,
  exp_year: text,
  last4: text,
  paypal_email: text,
  paypal_payer_id: text,
  wallet_type: text,
  funding_type: text,
});
