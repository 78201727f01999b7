import {
  boolean,
  integer,
  list,
  naiveTimestamp,
  number,
  object,
  primaryKey,
  schema,
  text,
} from '../../airbyte/index.ts';
import { images } from './shared/images.schema.ts';

/**
 * The subscription rules of a product, as 2021-01 has them: no time has a zone, the platform's ids are numbers, and a
 * discount of nothing may come as the number 0E-10.
 *
 * https://developer.rechargepayments.com/2021-01/products
 */
export const products = schema({
  id: primaryKey(integer),
  collection_id: integer,
  created_at: naiveTimestamp,
  discount_amount: number,
  discount_type: text,
  handle: text,
  images,
  product_id: integer,
  shopify_product_id: integer,
  subscription_defaults: object({
    apply_cutoff_date_to_checkout: boolean,
    charge_interval_frequency: integer,
    cutoff_day_of_month: integer,
    cutoff_day_of_week: integer,
    expire_after_specific_number_of_charges: integer,
    modifiable_properties: list(text),
    number_charges_until_expiration: integer,
    order_day_of_month: integer,
    order_day_of_week: integer,
    order_interval_frequency_options: list(text),
    order_interval_unit: text,
    storefront_purchase_options: text,
  }),
  title: text,
  updated_at: naiveTimestamp,
});
