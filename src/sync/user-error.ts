import { ConnectorError, type FailureType } from '../airbyte/index.ts';
import { RechargeError } from '../recharge/errors.ts';
import { inWords, type Scopes } from './scopes.ts';

/** The stream that was refused, what opens it, and what else to do about it. */
interface Refused {
  readonly name: string;
  readonly scopes: Scopes;
  readonly adviceWhenRefused: string | undefined;
}

/** What a refusal of the API means to the user of a stream, or of the whole connector where no stream is named. */
export function toUserError(thrown: unknown, stream?: Refused): unknown {
  if (!(thrown instanceof RechargeError)) return thrown;
  const [type, message] = sentenceFor(thrown, stream);
  return new ConnectorError(type, message, { internal: thrown.message, cause: thrown });
}

function sentenceFor(error: RechargeError, stream?: Refused): [FailureType, string] {
  const words = error.apiMessage === '' ? '' : ` Recharge says: ${error.apiMessage.replace(/\.$/, '')}.`;
  const advice = adviceFor(error, stream);
  switch (error.kind) {
    case 'unauthenticated':
      return [
        'config_error',
        `Recharge does not accept the API token (401).${words} Check access_token: it may be mistyped, revoked, or of another store.`,
      ];
    case 'forbidden':
      return [
        'config_error',
        `The API token may not read ${stream?.name ?? error.path} (403).${words} ${remedyForForbidden(stream)}${advice && ` If it has that scope:${advice}`}`,
      ];
    case 'rejected': {
      if (error.pagesBefore > 0 && isOfTheRequest(error.status))
        return ['config_error', endOfPages(error, words, stream)];
      const cure = remedyForRefusal(error.status ?? 0);
      return [
        cure !== '' || advice !== '' ? 'config_error' : 'system_error',
        `Recharge refuses ${stream === undefined ? error.path : `to list ${stream.name}`} (${error.status}).${words}${advice || cure}`,
      ];
    }
    case 'rateLimited':
      return [
        'transient_error',
        'Recharge goes on answering that too many requests come with this token (429). Try again later, or let fewer programs share the token.',
      ];
    case 'unavailable':
      return [
        'transient_error',
        error.status === undefined
          ? `Recharge could not be reached for ${error.path}: ${error.apiMessage}. Check the network between here and Recharge, and its proxy if it has one (HTTPS_PROXY, NO_PROXY), and api_url if you have set it; if it was a passing fault, try again.`
          : `Recharge could not answer ${error.path}: ${problem(error)}. Try again later.`,
      ];
    case 'malformed':
      return [
        'transient_error',
        `Recharge's answer to ${error.path} cannot be used: ${error.apiMessage}. Try again later; if it stays, check api_url.${advice && ` If this alone fails so:${advice}`}`,
      ];
    default:
      return error.kind satisfies never;
  }
}

/** Of a listing that has begun to come, what the stream says of its refusal is not true. */
function adviceFor({ pagesBefore }: RechargeError, stream?: Refused): string {
  return stream?.adviceWhenRefused === undefined || pagesBefore > 0 ? '' : ` ${stream.adviceWhenRefused}`;
}

function isOfTheRequest(status = 0): boolean {
  return status >= 400 && status < 500;
}

/** Numbered pages end somewhere (docs/recharge-api.md#page-numbers). */
function endOfPages({ path, status, pagesBefore }: RechargeError, words: string, stream?: Refused): string {
  const name = stream?.name ?? path;
  return `Recharge gave ${pagesBefore} page${pagesBefore === 1 ? '' : 's'} of ${name} and refuses the next (${status}).${words} It gives no list of more than 100 numbered pages to its end. Sync without ${name}, or ask Recharge for the rest.`;
}

function remedyForForbidden(stream?: Refused): string {
  if (stream === undefined || stream.scopes.length === 0)
    return 'Give it read access in Recharge under Tools & apps, API tokens.';
  return `Give it the scope ${inWords(stream.scopes)} in Recharge under Tools & apps, API tokens, or take the stream out of the sync. Some streams also need a higher Recharge plan.`;
}

/**
 * What a user can do about a refusal; empty where it is the connector that is wrong
 * (docs/recharge-api.md#status-codes).
 */
function remedyForRefusal(status: number): string {
  if (status >= 300 && status < 400) return ' Check api_url.';
  return remedies[status] ?? '';
}

const remedies: Readonly<Record<number, string>> = {
  402: " See in Recharge whether the store's plan and payments are in order, or take the stream out of the sync.",
  406: ' The store or the token is not given this data: take the stream out of the sync, or ask Recharge for it.',
  422: ' If that names something you have configured, correct it; else take the stream out of the sync and report this.',
  426: ' Update the connector; if it is the newest, check api_url.',
  501: ' The API does not offer it to this store: take the stream out of the sync.',
};

function problem({ status, apiMessage }: RechargeError): string {
  return `it goes on failing with ${status}${apiMessage === '' ? '' : ` (${apiMessage})`}`;
}
