import { shop, store, summary } from '../data/store-facts.ts';
import type { World } from '../data/world.ts';
import type { JsonObject } from '../json.ts';
import type { Switches, Version } from '../options.ts';
import { notImplemented } from './refusal.ts';

/** Scopes that open `/store` and `/shop`: sources disagree on the name (docs/recharge-api.md#scopes). */
export const STORE_SCOPES: readonly string[] = ['store_info', 'read_store'];

/** The body of `/`: a summary of the store (docs/recharge-api.md#token-information). */
export function rootBody(): JsonObject {
  return { store: summary() };
}

/** The body of `/store` (2021-11) or `/shop` (2021-01). Throws Refusal 501 in the other version. */
export function storeBody(
  path: 'store' | 'shop',
  version: Version,
  world: World,
  switches: Switches,
): JsonObject {
  if ((path === 'store') !== (version === '2021-11')) throw notImplemented(version);
  return path === 'store' ? { store: store(world, switches) } : shop(world, switches);
}

/** The body of `/token_information` (docs/recharge-api.md#token-information). */
export function tokenBody(scopes: Iterable<string>, flat: boolean): JsonObject {
  const contact = 'data@example.com';
  const information = {
    client: { name: 'Warehouse sync', contact_email: contact },
    contact_email: contact,
    name: 'replication token',
    scopes: [...scopes],
  };
  return flat ? information : { token_information: information };
}
