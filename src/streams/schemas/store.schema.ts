import { integer, list, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';
import { currencySymbol } from './shared/stores.schema.ts';

/**
 * The shop itself, as 2021-11 has it.
 *
 * https://developer.rechargepayments.com/2021-11/store
 */
export const store = schema({
  id: primaryKey(integer),
  checkout_logo_url: text,
  checkout_platform: text,
  created_at: timestamp,
  currency: text,
  customer_portal_base_url: text,
  default_api_version: text,
  disabled_currencies_historical: list(text),
  email: text,
  enabled_presentment_currencies: list(text),
  enabled_presentment_currencies_symbols: list(currencySymbol),
  external_platform: text,
  identifier: text,
  merchant_portal_base_url: text,
  name: text,
  phone: text,
  timezone: object({
    iana_name: text,
    name: text,
  }),
  updated_at: timestamp,
  weight_unit: text,
});
