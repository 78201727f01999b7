import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { kindOf, RechargeError, type Redact, wordsIn } from './errors.ts';
import { retryAfterIn } from './retry.ts';
import type { TransportAnswer } from './transport.ts';

/** An object as the API sends it. */
export type ApiObject = Record<string, unknown>;

export interface ApiAnswer {
  /** Do not keep it while the answer waits: the answer itself is smaller. */
  readonly body: ApiObject;
  /** The `Link` header, if there was one. */
  readonly link: string | undefined;
  /** When the attempt that was answered went out; milliseconds since the epoch. */
  readonly askedAt: number;
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

/** `askedAt` is in milliseconds since the epoch. */
export function readAnswer(
  expected: Expected,
  answer: TransportAnswer,
  { parse, redact }: Reading,
  askedAt: number,
): ApiAnswer | Failed {
  if (answer.status < 200 || answer.status > 299) return refusal(expected.path, answer, redact);
  const body = objectIn(textOf(answer.body), parse);
  if (body === undefined) return malformed(expected.path, 'the answer is not a JSON object');
  if (expected.key !== undefined && !(expected.key in body)) {
    return malformed(expected.path, `the answer has no "${expected.key}"`);
  }
  return new Answered(answer, parse, body, askedAt);
}

/**
 * Holds an answer compressed, and parses it again where it had to wait: the pages of all requests under way may be
 * waiting for a slow reader, and their rows repeat the same keys (docs/performance.md, Memory).
 */
class Answered implements ApiAnswer {
  readonly link: string | undefined;
  readonly askedAt: number;
  readonly #packed: Uint8Array;
  readonly #parse: Reading['parse'];
  #parsed: WeakRef<ApiObject>;

  constructor(
    { body, headers }: TransportAnswer,
    parse: Reading['parse'],
    parsed: ApiObject,
    askedAt: number,
  ) {
    this.link = single(headers['link']);
    this.askedAt = askedAt;
    this.#packed = zstdCompressSync(body);
    this.#parse = parse;
    this.#parsed = new WeakRef(parsed);
  }

  get body(): ApiObject {
    const parsed =
      this.#parsed.deref() ?? (this.#parse(textOf(zstdDecompressSync(this.#packed))) as ApiObject);
    this.#parsed = new WeakRef(parsed);
    return parsed;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function malformed(path: string, said: string): Failed {
  return { error: new RechargeError('malformed', path, said, 200) };
}

function refusal(path: string, { status, body, headers }: TransportAnswer, redact: Redact): Failed {
  const said =
    status >= 300 && status < 400
      ? 'a redirect that is not followed, since it leads elsewhere'
      : wordsIn(textOf(body), redact);
  return {
    error: new RechargeError(kindOf(status), path, said, status),
    retryAfterMs: retryAfterIn(single(headers['retry-after']), Date.now()),
  };
}

function objectIn(text: string, parse: (text: string) => unknown): ApiObject | undefined {
  try {
    const body = parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as ApiObject)
      : undefined;
  } catch {
    return undefined;
  }
}
