import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, parseLossless } from '../src/airbyte/index.ts';
import type { ApiVersion, Query } from '../src/recharge/request.ts';
import { leakOf } from '../src/recharge/limiter.ts';
import { isOfGateway, single } from '../src/recharge/response.ts';
import { TransportFailure } from '../src/recharge/body.ts';
import { gotTransport, type Transport } from '../src/recharge/transport.ts';

export interface Question {
  readonly path: string;
  readonly version: ApiVersion;
  readonly query?: Query;
}

export interface Reply {
  /** HTTP status; undefined where none came. */
  readonly status: number | undefined;
  /** Undefined where the body is no JSON object. */
  readonly body: JsonObject | undefined;
  readonly link: string | undefined;
  readonly headerNames: readonly string[];
  /** Milliseconds from the request to the last byte. */
  readonly tookMs: number;
}

export interface InterviewOptions {
  readonly token: string;
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly maxRequestsPerSecond?: number | undefined;
  /** GETs at most. */
  readonly most: number;
}

/** Why nothing more is asked. */
export type StopReason = 'done' | 'limit' | '401' | '429' | 'gateway' | 'unreachable' | 'full bucket';

const timeouts = { connect: 10_000, response: 60_000, body: 60_000 };
/** Requests in a row without an answer, after which there is nobody to ask. */
const mostSilent = 3;
/** Milliseconds in all that are waited for others to leave room in the bucket. */
const longestWaitMs = 60_000;

/**
 * GETs one after the other, at half of what leaks from the token's bucket, and none where the bucket is half full. Ends
 * at the first answer that says to: what is asked after that has no reply.
 */
export class Interview {
  readonly #options: InterviewOptions;
  readonly #transport: Transport = gotTransport(timeouts);
  /** Calls a millisecond that leak. */
  readonly #leak: number;
  readonly #headerNames = new Set<string>();
  #stopped: StopReason | undefined;
  #asked = 0;
  #silent = 0;
  #nextAt = 0;
  #quota: { readonly used: number; readonly size: number; readonly at: number } | undefined;

  constructor(options: InterviewOptions) {
    this.#options = options;
    this.#leak = leakOf(options.token) / 1_000;
  }

  get asked(): number {
    return this.#asked;
  }

  get stopped(): StopReason {
    return this.#stopped ?? 'done';
  }

  get headerNames(): readonly string[] {
    return [...this.#headerNames].toSorted();
  }

  /** Undefined where it was not asked. */
  async ask(question: Question): Promise<Reply | undefined> {
    if (this.#stopped === undefined && this.#asked >= this.#options.most) this.#stopped = 'limit';
    if (this.#stopped !== undefined) return undefined;
    if (!(await this.#hasRoom())) {
      this.#stopped = 'full bucket';
      return undefined;
    }
    const perMs = Math.min(this.#leak / 2, (this.#options.maxRequestsPerSecond ?? Infinity) / 1_000);
    this.#nextAt = performance.now() + 1 / perMs;
    this.#asked += 1;
    return this.#request(question);
  }

  /** Waits for the pace, and until the bucket is less than half full. */
  async #hasRoom(): Promise<boolean> {
    await sleep(Math.max(0, this.#nextAt - performance.now()));
    if (this.#quota === undefined) return true;
    const { used, size, at } = this.#quota;
    const waitMs = (used + 1 - Math.max(1, size / 2)) / this.#leak - (performance.now() - at);
    if (waitMs > longestWaitMs) return false;
    await sleep(Math.max(0, waitMs));
    return true;
  }

  async #request({ path, version, query = {} }: Question): Promise<Reply> {
    const { baseUrl, token, userAgent } = this.#options;
    const url = new URL(baseUrl);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const headers = {
      'x-recharge-access-token': token,
      'x-recharge-version': version,
      'user-agent': userAgent,
    };
    const began = performance.now();
    const response = await this.#transport(url, headers, new AbortController().signal).catch(unlessSilent);
    const tookMs = performance.now() - began;
    if (response === undefined) {
      this.#silent += 1;
      if (this.#silent >= mostSilent) this.#stopped = 'unreachable';
      return { status: undefined, body: undefined, link: undefined, headerNames: [], tookMs };
    }
    this.#silent = 0;
    const { status } = response;
    const headerNames = Object.keys(response.headers);
    for (const name of headerNames) this.#headerNames.add(name);
    const [, used, size] = /^(\d+)\/(\d+)$/.exec(single(response.headers['x-recharge-limit']) ?? '') ?? [];
    if (size !== undefined) this.#quota = { used: Number(used), size: Number(size), at: performance.now() };
    if (status === 401 || status === 429) this.#stopped = `${status}`;
    else if (isOfGateway(response)) this.#stopped = 'gateway';
    return {
      status,
      body: bodyOf(response.body),
      link: single(response.headers['link']),
      headerNames,
      tookMs,
    };
  }
}

function unlessSilent(error: unknown): undefined {
  if (!(error instanceof TransportFailure)) throw error;
}

function bodyOf(bytes: Uint8Array): JsonObject | undefined {
  try {
    const body = parseLossless(new TextDecoder().decode(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
