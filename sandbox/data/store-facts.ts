import type { JsonObject } from '../json.ts';
import { rfc1123Text, utcText } from './times.ts';
import { CURRENCIES } from './money.ts';
import type { World } from './world.ts';

export const STORE_ID = 41_001;

const NAME = 'Harbor & Pine Coffee';
const EMAIL = 'hello@harborandpine.example.com';
const DOMAIN = 'harbor-and-pine.myshopify.com';
const ZONE = 'America/Los_Angeles';
const SYMBOLS = [
  { currency: 'USD', location: 'left', suffix: ' USD', symbol: '$' },
  { currency: 'CAD', location: 'left', suffix: ' CAD', symbol: '$' },
  { currency: 'GBP', location: 'left', suffix: ' GBP', symbol: '£' },
  { currency: 'EUR', location: 'left', suffix: ' EUR', symbol: '€' },
  { currency: 'SEK', location: 'right', suffix: ' kr', symbol: 'kr' },
  { currency: 'JPY', location: 'left', suffix: ' JPY', symbol: '¥' },
];

/** What makes one store differ from another. */
export interface StoreFacts {
  readonly platform: string;
  readonly defaultVersion: string;
}

/** The body of `/store`'s object (2021-11). */
export function store(world: World, facts: StoreFacts): JsonObject {
  return {
    id: STORE_ID,
    checkout_logo_url: null,
    checkout_platform: 'shopify',
    created_at: utcText(world.timeline.start - 86_400),
    currency: 'USD',
    customer_portal_base_url: 'https://harborandpine.example.com',
    default_api_version: facts.defaultVersion,
    disabled_currencies_historical: [],
    email: EMAIL,
    enabled_presentment_currencies: CURRENCIES,
    enabled_presentment_currencies_symbols: SYMBOLS,
    external_platform: facts.platform,
    identifier: DOMAIN,
    merchant_portal_base_url: 'https://harbor-and-pine-sp.admin.rechargeapps.com',
    name: NAME,
    phone: '5035550100',
    timezone: { iana_name: ZONE, name: '(GMT-08:00) Pacific Time' },
    updated_at: utcText(world.now - 13 * 86_400),
    weight_unit: 'kg',
  };
}

/** The summary that `/` answers with. */
export function summary(): JsonObject {
  return {
    country: 'US',
    currency: 'USD',
    email: EMAIL,
    iana_timezone: ZONE,
    province: 'Oregon',
    shop_owner: 'Mira Owner',
    store_id: STORE_ID,
    store_name: NAME,
    store_timezone: '(GMT-08:00) America/Los_Angeles',
    store_url: DOMAIN,
  };
}

/**
 * The body of `/shop` (2021-01): two objects side by side, times as RFC 1123 text
 * (docs/recharge-api.md#times).
 */
export function shop(world: World, facts: StoreFacts): JsonObject {
  const block = {
    id: STORE_ID,
    checkout_logo_url: null,
    created_at: rfc1123Text(world.timeline.start - 86_400),
    currency: 'USD',
    customer_portal_domain: '',
    disabled_currencies_historical: [],
    domain: 'harborandpine.example.com',
    email: EMAIL,
    enabled_presentment_currencies: CURRENCIES,
    enabled_presentment_currencies_symbols: SYMBOLS,
    external_platform: facts.platform,
    iana_timezone: ZONE,
    my_shopify_domain: DOMAIN,
    name: NAME,
    payment_processor: 'shopify_payments',
    platform_domain: DOMAIN,
    shop_email: EMAIL,
    shop_phone: '5035550100',
    subscriptions_enabled: 1,
    test_mode: false,
    timezone: '(GMT-08:00) America/Los_Angeles',
    updated_at: rfc1123Text(world.now - 13 * 86_400),
  };
  return {
    shop: { ...block, allow_customers_to_skip_delivery: 1 },
    store: { ...block, checkout_platform: 'shopify' },
  };
}
