import { configError, ConnectorError, type Log } from '../airbyte/index.ts';
import { newRequestContext, type RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { toUserError } from './user-error.ts';
import { inWords, lackingScopes } from './scopes.ts';
import type { RechargeStream } from './recharge-stream.ts';

/**
 * Makes sure that the token is good and reads at least one stream, and names in the log the streams it has no scope for.
 * @throws ConnectorError, or the signal's reason
 */
export async function checkAccess(
  client: RechargeClient,
  streams: readonly RechargeStream[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const granted = await tokenScopes(client, signal);
  const lackedBy = (stream: RechargeStream) =>
    granted === undefined ? [] : lackingScopes(stream.scopes, granted);
  for (const stream of streams) {
    const lacking = lackedBy(stream);
    if (lacking.length > 0)
      log.warn(`${stream.name} cannot be synced: the API token lacks the scope ${inWords(lacking)}.`);
  }
  // A stream that any token opens proves nothing.
  const telling = streams.filter((stream) => stream.scopes.length > 0 && lackedBy(stream).length === 0);
  for (const stream of telling) {
    if (await canRead(stream, signal)) return;
    log.warn(`${stream.name} cannot be synced: Recharge refuses it to this token.`);
  }
  throw configError(
    'The API token may not read any stream. Give it read access in Recharge under Tools & apps, API tokens, for what you want to sync.',
  );
}

/**
 * The scopes of the token, from /token_information, which needs none itself
 * (docs/recharge-api.md#token-information). Undefined where the API does not tell. @throws RechargeError,
 * `unauthenticated` for a bad token
 */
async function tokenScopes(
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

async function canRead(stream: RechargeStream, signal: AbortSignal): Promise<boolean> {
  try {
    await stream.probe(signal);
    return true;
  } catch (error) {
    if (error instanceof RechargeError && error.kind === 'forbidden') return false;
    const failure = toUserError(error, stream);
    throw failure instanceof ConnectorError && failure.type === 'system_error'
      ? noRecharge(failure)
      : failure;
  }
}

/** A refusal of what every store answers: of all that the user has set, only api_url can be wrong there. */
function noRecharge({ message, internal }: ConnectorError): ConnectorError {
  return configError(`${message} Check api_url: what answers there may not be the Recharge API.`, internal);
}
