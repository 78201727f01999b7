import type { ApiObject } from './api-object.ts';
import type { Scopes } from './scopes.ts';

/** What went wrong with a request, by what can be done about it. */
export type RechargeErrorKind =
  | 'unauthenticated' // The token: 401.
  | 'forbidden' // Its scopes: 403.
  | 'rejected' // Any other answer that asking again would not change.
  | 'rateLimited' // 429, as often as the retry policy asks again.
  | 'unavailable' // 408, 409, 425, 430, 5xx, below 200, a gateway's 403, time-outs and broken connections, as often.
  | 'tooLarge' // An answer beyond what memory bears, with as few rows as could be asked for.
  | 'malformed' // Answers that are no such listing (not JSON, cut off, key missing), as often.
  | 'expired'; // A page's cursor is not taken any more, so its listing has to begin anew.

/** Of an answer's HTTP status (docs/recharge-api.md#status-codes). */
export function kindOf(status: number): RechargeErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'rateLimited';
  // Below 200 is no answer: something before the API has sent it.
  const isOfGateway = status < 200 || (status >= 500 && status !== 501);
  // A slow client, a lock on the route, replayed TLS data, a check of the client.
  if (isOfGateway || [408, 409, 425, 430].includes(status)) return 'unavailable';
  return 'rejected';
}

/** The one error of the client. It holds neither headers nor query nor body: got's errors carry the token in them. */
export class RechargeError extends Error {
  override readonly name = 'RechargeError';
  readonly kind: RechargeErrorKind;
  readonly path: string;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** What the API said (`error`, `errors` or `warning`), or what the connection did. */
  readonly apiMessage: string;
  /** How many pages of the same listing had come before. */
  readonly pagesBefore: number;
  /** The page was asked for by its number. */
  readonly isNumbered: boolean;
  /** Of the scopes that a 403 asks for, those that the token lacks; undefined where the API does not tell. */
  readonly lacking: Scopes | undefined;

  constructor(
    kind: RechargeErrorKind,
    path: string,
    apiMessage: string,
    status?: number,
    { pagesBefore = 0, isNumbered = false, lacking }: Partial<Found> = {},
  ) {
    super(`GET ${path}: ${status === undefined ? '' : `${status} `}${apiMessage}`.trim());
    this.kind = kind;
    this.path = path;
    this.status = status;
    this.apiMessage = apiMessage;
    this.pagesBefore = pagesBefore;
    this.isNumbered = isNumbered;
    this.lacking = lacking;
  }

  /** Whether a parameter may be at fault: 422, or 403 unless a scope is lacking (docs/recharge-api.md#status-codes). */
  get mayBeOfQuery(): boolean {
    const hasScopes = this.lacking === undefined || this.lacking.length === 0;
    return this.status === 422 || (this.kind === 'forbidden' && hasScopes);
  }

  /** The same error with these in place of its own. */
  with(changes: Partial<Found & Pick<RechargeError, 'kind' | 'path'>>): RechargeError {
    const { kind, path, apiMessage, status, ...more } = { ...this, ...changes };
    return new RechargeError(kind, path, apiMessage, status, more);
  }
}

/** What is found out about an error by whoever made the request. */
type Found = Pick<RechargeError, 'pagesBefore' | 'isNumbered' | 'lacking'>;

export type Redact = (text: string) => string;

/** Long enough for every message the API is known to send, short enough to keep a gateway's page out of the log. */
const longestWords = 500;

/** The API's own words in the text of an error's body, as `wordsOf` takes them. Empty for HTML and anything else. */
export function wordsIn(body: string, redact: Redact): string {
  try {
    return wordsOf(Object(JSON.parse(body)), redact);
  } catch {
    return '';
  }
}

/**
 * The API's own words in an answer, as text, list or nested object; empty where there are none
 * (docs/recharge-api.md#error-bodies). They are redacted before they are cut: half of a secret would pass unseen.
 */
export function wordsOf({ error, errors, warning }: ApiObject, redact: Redact): string {
  const apiMessage =
    [errors, error, warning].map((said) => flatten(said)).find((words) => words !== '') ?? '';
  return redact(apiMessage).slice(0, longestWords);
}

/** Nothing that is said stands deeper. */
const mostLevels = 20;

function flatten(value: unknown, levels = mostLevels): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || value === true) return value === 0 ? '' : String(value);
  if (typeof value !== 'object' || value === null || levels === 0) return '';
  const within = (inner: unknown) => flatten(inner, levels - 1);
  if (Array.isArray(value)) return value.map(within).filter(Boolean).join('; ');
  return Object.entries(value)
    .map(([key, inner]) => [key, within(inner)] as const)
    .filter(([, words]) => words !== '')
    .map(([key, words]) => (key === '_schema' ? words : `${key}: ${words}`))
    .join('; ');
}
