import { integer, list, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { externalId, money } from './shared/basics.schema.ts';

/**
 * A gift bought for somebody else.
 *
 * https://developer.rechargepayments.com/2021-11/gift_purchases
 */
export const giftPurchases = schema({
  id: primaryKey(integer),
  amount: money,
  created_at: timestamp,
  credit_account_id: integer,
  external_gift_product_id: externalId,
  external_gift_variant_id: externalId,
  external_order_id: externalId,
  external_redeemable_product_ids: list(externalId),
  gift_currency: text,
  gift_note: text,
  notification_scheduled_at: timestamp,
  notification_sent_at: timestamp,
  recipient_customer_id: integer,
  redeemable_collection_id: integer,
  redeemed_at: timestamp,
  redemption_link: text,
  sender_customer_id: integer,
  sender_name: text,
  updated_at: timestamp,
});
