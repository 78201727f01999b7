import { configError } from '../airbyte/index.ts';
import type { RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { inWords, lackingScopes, type Scopes } from '../recharge/scopes.ts';
import { RechargeStream, type RecordStream } from './recharge-stream.ts';
import { isOfPlan, toUserError } from './user-error.ts';

/**
 * Makes sure that the token is good and reads at least one stream, by a few requests.
 * @returns for the user: how many of `streams` can be synced, and what the others lack, as far as scopes tell
 * @throws ConnectorError, or the signal's reason
 */
export async function checkAccess(
  client: RechargeClient,
  streams: readonly RecordStream[],
  signal: AbortSignal,
): Promise<string> {
  const granted = await client.tokenScopes(signal);
  const isOpen = (scopes: Scopes) => granted === undefined || lackingScopes(scopes, granted).length === 0;
  const refused = new Map<RechargeStream, RechargeError>();
  const readers = streams.filter((stream) => stream instanceof RechargeStream);
  // A stream that any token opens proves nothing.
  for (const reader of readers.filter(({ scopes }) => scopes.length > 0 && isOpen(scopes))) {
    const refusal = await refusalOf(reader, client, signal);
    if (refusal === undefined) {
      const open = streams.filter((stream) => !refused.has(stream.reader as RechargeStream));
      const access =
        granted === undefined
          ? 'Recharge does not tell the scopes of the API token: which streams it may read, only a sync shows.'
          : accessOf(open, granted, streams.length);
      const refusals = `Recharge refuses to this token: ${namesOf([...refused.keys()])}.`;
      return refused.size === 0 ? access : `${access} ${refusals}`;
    }
    refused.set(reader, refusal);
    // What does not know the token's scopes and has no such list may be no Recharge.
    if (granted === undefined && refusal.kind === 'rejected') break;
  }
  for (const [reader, refusal] of refused)
    if (granted !== undefined || refusal.kind === 'rejected') throw toUserError(refusal, reader, true);
  throw configError(
    'The API token may not read any stream. Give it read access in Recharge under Tools & apps, API tokens, for what you want to sync.',
  );
}

/** How many of these streams can be synced, of so many in all, and what the others lack. */
function accessOf(streams: readonly RecordStream[], granted: readonly string[], total: number): string {
  const byLack = Map.groupBy(streams, ({ scopes }) => inWords(lackingScopes(scopes, granted)));
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

/** The refusal of this one list, if it is refused. @throws ConnectorError where another list would be refused as well */
async function refusalOf(stream: RechargeStream, client: RechargeClient, signal: AbortSignal) {
  try {
    await stream.probe(client, signal);
    return undefined;
  } catch (error) {
    if (error instanceof RechargeError && (error.kind === 'forbidden' || isOfPlan(error.status)))
      return error;
    throw toUserError(error, stream, true);
  }
}
