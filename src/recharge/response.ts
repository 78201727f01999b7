import { type ApiObject, isObject } from './api-object.ts';
import { kindOf, RechargeError, type Redact, wordsIn } from './errors.ts';
import { PackableRows, release, type Rows } from './packed-rows.ts';
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
  readonly retryAfterMs?: number | undefined;
}

/** What an answer should be: its path, and the key its body must have. A body without it is broken, never empty. */
interface Expected {
  readonly path: string;
  readonly key?: string;
}

/** How to read a body. */
export interface Reading {
  /** Throws on anything but JSON. */
  readonly parse: (text: string) => unknown;
  readonly redact: Redact;
}

/** `requestedAt` is in milliseconds since the epoch. */
export function readResponse(
  expected: Expected,
  answer: TransportResponse,
  { parse, redact }: Reading,
  requestedAt: number,
): ApiResponse | Failed {
  if (answer.status < 200 || answer.status > 299) return refusal(expected.path, answer, redact);
  const { path, key } = expected;
  const body = objectIn(answer.body, parse);
  release(answer.body);
  if (body === undefined) return malformed(path, 'the answer is not a JSON object');
  const link = single(answer.headers['link']);
  if (key === undefined) return { body, link, requestedAt };
  if (!(key in body)) return malformed(path, `the answer has no "${key}"`);
  const list = listOfObjects(body[key]);
  if (list === undefined) return { body, link, requestedAt };
  return { body: { ...body, [key]: [] }, rows: new PackableRows(list, parse), link, requestedAt };
}

/** Undefined where the bytes are no JSON object. */
function objectIn(bytes: Uint8Array, parse: Reading['parse']): ApiObject | undefined {
  try {
    const body = parse(textOf(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function listOfObjects(value: unknown): readonly ApiObject[] | undefined {
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function malformed(path: string, apiMessage: string): Failed {
  return { error: new RechargeError('malformed', path, apiMessage, 200) };
}

function refusal(path: string, { status, body, headers }: TransportResponse, redact: Redact): Failed {
  const apiMessage =
    status >= 300 && status < 400
      ? 'a redirect that is not followed, since it leads elsewhere'
      : wordsIn(textOf(body), redact);
  return {
    error: new RechargeError(kindOf(status), path, apiMessage, status),
    retryAfterMs: retryAfterIn(single(headers['retry-after']), Date.now()),
  };
}
