import { boolean, integer, list, object, primaryKey, schema, text } from '../../airbyte/index.ts';
import { currencySymbol } from './shared/stores.schema.ts';

const shopOrStore = object({
  id: integer,
  allow_customers_to_skip_delivery: integer,
  checkout_logo_url: text,
  checkout_platform: text,
  created_at: text,
  currency: text,
  customer_portal_domain: text,
  disabled_currencies_historical: list(text),
  domain: text,
  email: text,
  enabled_presentment_currencies: list(text),
  enabled_presentment_currencies_symbols: list(currencySymbol),
  external_platform: text,
  iana_timezone: text,
  my_shopify_domain: text,
  name: text,
  payment_processor: text,
  platform_domain: text,
  shop_email: text,
  shop_phone: text,
  subscriptions_enabled: integer,
  test_mode: boolean,
  timezone: text,
  updated_at: text,
});

/**
 * The shop as 2021-01 has it: two objects side by side that say nearly the same, so `id` is lifted to the top. Times
 * are texts as in mail (`Wed, 21 Apr 2021 11:44:38 GMT`), which no column of times takes. Switches are 0 or 1, but
 * for `test_mode`, whose type nobody says: it has been seen as a boolean.
 *
 * https://developer.rechargepayments.com/2021-01/shop
 */
export const shop = schema({
  id: primaryKey(integer),
  shop: shopOrStore,
  store: shopOrStore,
});
