import { ConnectorError } from '../airbyte/index.ts';
import { RechargeError } from '../recharge/errors.ts';
import { passing } from '../recharge/retry.ts';
import { inWords, type Scopes } from '../recharge/scopes.ts';

/** The stream that was refused, what opens it, and what else to do about it. */
interface Refused {
  readonly name: string;
  readonly scopes: Scopes;
  readonly adviceWhenRefused: string | undefined;
}

const ifAllAreRefused = ' Check api_url, too: what answers there may not be the Recharge API.';

/** What a refusal of the API means to the user. @param stream the refused one @param isAll everything is refused alike */
export function toUserError(thrown: unknown, stream?: Refused, isAll = false): unknown {
  if (!(thrown instanceof RechargeError)) return thrown;
  const message = sentenceFor(thrown, stream);
  const type = passing.has(thrown.kind) || thrown.kind === 'expired' ? 'transient_error' : 'config_error';
  const isOfAll = thrown.kind === 'rejected' && thrown.pagesBefore === 0 && !message.includes('api_url');
  return new ConnectorError(type, isOfAll && isAll ? message + ifAllAreRefused : message, {
    internal: thrown.message,
    cause: thrown,
    ...(isOfAll && !isAll && { ifAll: ifAllAreRefused }),
  });
}

function sentenceFor(error: RechargeError, stream?: Refused): string {
  const { kind, path, status, apiMessage, pagesBefore } = error;
  const words = apiMessage === '' ? '' : ` Recharge says: ${apiMessage.replace(/\.$/, '')}.`;
  const advice = adviceFor(error, stream);
  const name = stream?.name ?? path;
  switch (kind) {
    case 'unauthenticated':
      return `Recharge does not accept the API token (401).${words} Check access_token: it may be mistyped, revoked, or of another store.`;
    case 'forbidden':
      return `The API token may not read ${name} (403).${words}${remedyForForbidden(error, advice.trim(), stream)}`;
    case 'rejected':
      // Numbered pages end somewhere (docs/recharge-api.md#page-numbers).
      if (error.isNumbered && status !== undefined && status >= 400 && status < 500)
        return `Recharge gave ${pagesBefore} page${pagesBefore === 1 ? '' : 's'} of ${name} and refuses the next (${status}).${words} It gives no list of more than 100 numbered pages to its end. Sync without ${name}, or ask Recharge for the rest.`;
      return `Recharge refuses ${stream ? 'to list ' : ''}${name} (${status}).${words}${advice || remedyForRefusal(error)}`;
    case 'rateLimited':
      return 'Recharge goes on answering that too many requests come with this token (429). Try again later, or let fewer programs share the token.';
    case 'unavailable':
      if (status === 403)
        return `A gateway before Recharge blocks ${path} (403), which says nothing of the API token. Try again later; if it stays, ask whoever runs the network here, or Recharge, to let this address through.`;
      return status === undefined
        ? `Recharge could not be reached for ${path}: ${apiMessage}. Check the network between here and Recharge, and its proxy if it has one (HTTPS_PROXY, NO_PROXY), and api_url if you have set it; if it was a passing fault, try again.`
        : `Recharge could not answer ${path}: it goes on failing with ${status}${apiMessage && ` (${apiMessage})`}. Try again later.`;
    case 'tooLarge':
      return `Recharge's answer to ${path} cannot be used: ${apiMessage}, with as few rows as can be asked for.${advice || ' Take the stream out of the sync, and ask Recharge about it.'}`;
    case 'malformed':
      return `Recharge's answer to ${path} cannot be used: ${apiMessage}. Try again later; if it stays, check api_url.${advice && ` If this alone fails so:${advice}`}`;
    case 'expired':
      return `Recharge no longer takes its own cursor for the next page of ${name} (${status}), and did not when its listing began anew.${words} Try again later; if it stays, see that the destination takes records without long pauses.`;
    default:
      return kind satisfies never;
  }
}

/** Of a listing that has begun to come, what the stream says of its refusal is not true. */
function adviceFor({ pagesBefore }: RechargeError, stream?: Refused): string {
  return stream?.adviceWhenRefused === undefined || pagesBefore > 0 ? '' : ` ${stream.adviceWhenRefused}`;
}

function remedyForForbidden({ lacking }: RechargeError, advice: string, stream?: Refused): string {
  if (stream === undefined || stream.scopes.length === 0)
    return ' Give it read access in Recharge under Tools & apps, API tokens.';
  if (lacking?.length === 0)
    return ` It has the scope for it. ${advice || "The store's plan may not have it: take the stream out of the sync, or ask Recharge."}`;
  const more = lacking === undefined ? ' Some streams also need a higher Recharge plan.' : '';
  return ` Give it the scope ${inWords(lacking ?? stream.scopes)} in Recharge under Tools & apps, API tokens, or take the stream out of the sync.${more}${advice && ` If it has that scope: ${advice}`}`;
}

/** Whether a list that is refused so may be one that the store's plan lacks (docs/recharge-api.md#scopes). */
export function isOfPlan(status: number | undefined): boolean {
  return status !== undefined && [402, 404, 405, 410, 501].includes(status);
}

/** What a user can do about a refusal (docs/recharge-api.md#status-codes). */
function remedyForRefusal({ status = 0, pagesBefore }: RechargeError): string {
  if (status >= 300 && status < 400) return ' Check api_url.';
  if (isOfPlan(status) && pagesBefore === 0)
    return " The store's plan may not have it: take the stream out of the sync.";
  return remedies[status] ?? ' Take the stream out of the sync and report this.';
}

const remedies: Readonly<Record<number, string>> = {
  406: ' The store or the token is not given this data: take the stream out of the sync, or ask Recharge for it.',
  422: ' If that names something you have configured, correct it; else take the stream out of the sync and report this.',
  423: ' The store is locked: see in Recharge what it needs, or ask Recharge.',
  426: ' Update the connector; if it is the newest, check api_url.',
};
