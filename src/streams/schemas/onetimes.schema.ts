import { boolean, integer, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { externalId, money, properties } from './shared/basics.schema.ts';

/**
 * An item for one charge only. `next_charge_scheduled_at` comes as a day or as a time, so it is text.
 *
 * https://developer.rechargepayments.com/2021-11/onetimes
 */
export const onetimes = schema({
  id: primaryKey(integer),
  address_id: integer,
  created_at: timestamp,
  customer_id: integer,
  external_product_id: externalId,
  external_variant_id: externalId,
  is_cancelled: boolean,
  next_charge_scheduled_at: text,
  presentment_currency: text,
  price: money,
  product_title: text,
  properties,
  quantity: integer,
  sku: text,
  sku_override: boolean,
  updated_at: timestamp,
  variant_title: text,
});
