import type { ApiObject } from './api-object.ts';

/**
 * What a token needs to read a stream: every entry, and any one of an entry that is a list, since Recharge has used
 * several names for one thing. A name with a question mark is a guess (docs/recharge-api.md#scopes).
 */
export type Scopes = readonly (string | readonly string[])[];

/** The scopes that an answer of /token_information tells; undefined where it tells none. */
export function scopesIn(body: ApiObject): readonly string[] | undefined {
  const { scopes } = (body['token_information'] ?? body) as { scopes?: unknown };
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : undefined;
}

/** The entries that none of the granted scopes meets. */
export function lackingScopes(needed: Scopes, granted: readonly string[]): Scopes {
  return needed.filter((entry) => ![entry].flat().some((name) => granted.includes(name.replace('?', ''))));
}

/** `read_orders and store_info or read_store` */
export function inWords(scopes: Scopes): string {
  return scopes
    .map((entry) => [entry].flat().join(' or '))
    .join(' and ')
    .replaceAll('?', ' (probably)');
}
