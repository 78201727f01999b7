import { configError, ConnectorError } from '../airbyte/index.ts';
import { newRequestContext, type RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { toUserError } from './user-error.ts';
import { inWords, lackingScopes, type Scopes } from './scopes.ts';
import type { RechargeStream, RecordStream } from './recharge-stream.ts';

/**
 * Makes sure that the token is good and reads at least one stream, by a few requests.
 * @param readers those that may be tried, in this order
 * @returns for the user: how many of `streams` can be synced, and what the others lack, as far as scopes tell
 * @throws ConnectorError, or the signal's reason
 */
export async function checkAccess(
  client: RechargeClient,
  readers: readonly RechargeStream[],
  streams: readonly RecordStream[],
  signal: AbortSignal,
): Promise<string> {
  const granted = await tokenScopes(client, signal);
  const lackedBy = ({ scopes }: RecordStream) =>
    granted === undefined ? [] : lackingScopes(scopes, granted);
  const refused: RechargeStream[] = [];
  // A stream that any token opens proves nothing.
  for (const reader of readers.filter((one) => one.scopes.length > 0 && lackedBy(one).length === 0)) {
    if (await canRead(reader, signal)) {
      const open = streams.filter((stream) => !refused.some((one) => one === stream.reader));
      return [
        granted === undefined
          ? 'Recharge does not tell the scopes of the API token: which streams it may read, only a sync shows.'
          : accessOf(open, lackedBy, streams.length),
        refused.length > 0 && `Recharge refuses to this token: ${namesOf(refused)}.`,
      ]
        .filter(Boolean)
        .join(' ');
    }
    refused.push(reader);
  }
  throw configError(
    'The API token may not read any stream. Give it read access in Recharge under Tools & apps, API tokens, for what you want to sync.',
  );
}

/** How many of these streams can be synced, of so many in all, and what the others lack. */
function accessOf(
  streams: readonly RecordStream[],
  lackedBy: (stream: RecordStream) => Scopes,
  total: number,
): string {
  const byLack = Map.groupBy(streams, (stream) => inWords(lackedBy(stream)));
  const open = byLack.get('') ?? [];
  const plans = open.filter(({ mayNeedPlan }) => mayNeedPlan);
  const may = plans.length > 0 ? ` (${namesOf(plans)} may need a higher Recharge plan)` : '';
  byLack.delete('');
  const lacking = [...byLack].map(
    ([scopes, group]) => ` The API token lacks the scope ${scopes} for ${namesOf(group)}.`,
  );
  return `${open.length} of ${total} streams can be synced${may}.${lacking.join('')}`;
}

function namesOf(streams: readonly RecordStream[]): string {
  return streams.map(({ name }) => name).join(', ');
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
