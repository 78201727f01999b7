import { newRequestContext, type RechargeClient } from './client.ts';
import { RechargeError } from './errors.ts';

/**
 * The scopes of the token, from /token_information, which needs none itself
 * (docs/recharge-api.md#token-information). Undefined where the API does not tell. @throws RechargeError,
 * `unauthenticated` for a bad token
 */
export async function tokenScopes(
  client: RechargeClient,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const { body } = await client.get(
      { path: '/token_information', version: '2021-11' },
      newRequestContext(signal),
    );
    const scopes = ((body['token_information'] ?? body) as { scopes?: unknown }).scopes;
    return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : undefined;
  } catch (error) {
    if (error instanceof RechargeError && (error.kind === 'rejected' || error.kind === 'forbidden'))
      return undefined;
    throw error;
  }
}
