import { type ApiObject, isObject, typeOf } from './api-object.ts';
import { kindOf, RechargeError, type Redact, wordsIn, wordsOf } from './errors.ts';
import { packableRows, type Rows } from './packed-rows.ts';
import type { ApiRequest } from './request.ts';
import { retryAfterIn } from './retry.ts';
import type { TransportResponse } from './transport.ts';

export interface ApiResponse {
  /** All of it, but for `rows`: their key has an empty list. */
  readonly body: ApiObject;
  /** The list under the key that was asked for, if it is one of objects alone. */
  readonly rows?: Rows | undefined;
  /** The `Link` header, if there was one. */
  readonly link: string | undefined;
  /** When the attempt that was answered went out; milliseconds since the epoch. */
  readonly requestedAt: number;
}

/** An attempt without an answer to use, and for how long the API asks to be left alone. */
export interface Failed {
  readonly error: RechargeError;
  /** The body of an answer of status 200 that is no such listing. */
  readonly unusable?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The API took too long over it: less of it may be what it can do. */
  readonly isTimeout?: boolean;
}

export interface Reading {
  /** JSON.parse by default. @throws on anything but JSON */
  readonly parse: (body: string) => unknown;
  /** What is wrong with a body that `parse` throws on, and where, without a word of it; "is not valid JSON" by default. */
  readonly notJson: (body: string) => string;
  /** Takes the token out of the API's words; as it is spelled, by default. */
  readonly redact: Redact;
}

/** `requestedAt` is in milliseconds since the epoch. */
export function readResponse(
  { path, key }: Pick<ApiRequest, 'path' | 'key'>,
  answer: TransportResponse,
  { parse, notJson, redact }: Reading,
  requestedAt: number,
): ApiResponse | Failed {
  const isMeant = (answer.status >= 200 && answer.status < 300) || answer.status === 304;
  if (!isMeant) return refusal(path, answer, redact);
  const text = textOf(answer.body);
  const malformed = (problem: string) => ({
    error: new RechargeError('malformed', path, `the answer ${problem}`, answer.status),
    unusable: text,
  });
  if (answer.status === 304)
    return malformed('says that nothing has changed, which was not asked: something before the API caches');
  if (answer.status === 206) return malformed('is a part, where the whole was asked for');
  let body: unknown;
  try {
    body = parse(text);
  } catch {
    return malformed(text.trim() === '' ? 'is empty' : notJson(text));
  }
  if (!isObject(body)) return malformed(`is ${typeOf(body)}, not an object`);
  const link = single(answer.headers['link']);
  if (key === undefined) return { body, link, requestedAt };
  if (!(key in body)) {
    const words = wordsOf(body, redact);
    return malformed(`has no "${key}"${words && `; it says: ${words}`}`);
  }
  const list = body[key];
  if (!Array.isArray(list) || !list.every(isObject)) return { body, link, requestedAt };
  const { error, errors } = body;
  const words = wordsOf({ error, errors }, redact);
  if (words !== '') return malformed(`names an error beside its list: ${words}`);
  const rows = packableRows(list, answer.body, rowsUnder(key, parse));
  return { body: { ...body, [key]: [] }, rows, link, requestedAt };
}

/** A function of its own: one made where a text of the body is at hand would keep the text. */
function rowsUnder(key: string, parse: Reading['parse']): (body: Uint8Array) => readonly ApiObject[] {
  return (body) => (parse(textOf(body)) as Record<string, ApiObject[]>)[key] ?? [];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const replacement = '\uFFFD';
/** Half of a character: in no text that is well formed. The writer of records counts it and replaces it. */
const lone = '\uDFFD';

/** The text, with `lone` for what is no UTF-8. */
function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // A replacement character that was sent is not one that is made here.
    const parts = Buffer.from(bytes).toString('latin1').split(Buffer.from(replacement).toString('latin1'));
    const text = parts.map((part) => Buffer.from(part, 'latin1').toString().replaceAll(replacement, lone));
    return text.join(replacement).replace(/^\uFEFF/, '');
  }
}

export function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

/** Whether a gateway before the API has answered, which says nothing of the token (docs/recharge-api.md#status-codes). */
export function isOfGateway({ status, body, headers }: TransportResponse): boolean {
  return status === 403 && (headers['cf-mitigated'] !== undefined || /^\s*</.test(textOf(body)));
}

function refusal(path: string, { status, body, headers }: TransportResponse, redact: Redact): Failed {
  const text = textOf(body);
  const isGateway = isOfGateway({ status, body, headers });
  const apiMessage = isGateway
    ? ''
    : status >= 300 && status < 400
      ? 'a redirect that is not followed, since it leads elsewhere'
      : wordsIn(text, redact);
  return {
    error: new RechargeError(isGateway ? 'unavailable' : kindOf(status), path, apiMessage, status),
    retryAfterMs: retryAfterIn(single(headers['retry-after']), Date.now()),
    // A gateway before the API may be the one that waited in vain.
    isTimeout: status === 504,
  };
}

/** The earlier of our clock and the API's: a machine whose clock is ahead must not take for settled what is not. */
export function earlier(requestedAt: number, date: string | undefined, tookMs: number): number {
  // It is in whole seconds, and of the answer.
  const theirs = Date.parse(date ?? '') + 999 - tookMs;
  return Number.isNaN(theirs) ? requestedAt : Math.min(requestedAt, theirs);
}
