import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAnswer, type Failed, type Reading, readAnswer, single } from './answer.ts';
import type { Sent } from './bucket.ts';
import { RechargeError, type Redact } from './errors.ts';
import { Limiter } from './limiter.ts';
import { priorityOf } from './priority.ts';
import { type Patience, waitBeforeNext } from './retry.ts';
import { gotTransport, type Timeouts, TransportFailure } from './transport.ts';

export type ApiVersion = '2021-01' | '2021-11';
export type Query = Readonly<Record<string, string | number>>;

export interface ApiRequest {
  readonly path: string;
  readonly query?: Query;
  readonly version: ApiVersion;
  /** The key the answer must have. */
  readonly key?: string;
  /** Pages that its listing has still to give, as far as one can tell. */
  readonly left?: number;
}

export interface ClientOptions {
  readonly token: string;
  readonly baseUrl: string;
  /** Sends no faster than this, whatever the rate limit allows. */
  readonly maxRequestsPerSecond?: number | undefined;
  readonly patience?: Patience;
  readonly timeouts?: Timeouts;
  /** Parses a body; JSON.parse by default. @throws on anything but JSON */
  readonly parse?: (body: string) => unknown;
  /** Takes the token out of the API's words, however it is spelled there; as it is, by default. */
  readonly redact?: Redact;
  /** Told of each answer: its HTTP status, how long it took, and the bucket's level as "used/size" if it named one. */
  readonly onAnswer?: (path: string, status: number, tookMs: number, level: string | undefined) => void;
  /** Told before each wait for another attempt. `reason` says what the last one came to. */
  readonly onRetry?: (path: string, reason: string, waitMs: number) => void;
}

/** On whose behalf the client asks: what it has cost so far, and what it wants to be told. */
export interface Asker {
  readonly signal: AbortSignal;
  /** Requests under way or waiting: the more an asker has, the later its next one goes. */
  asking: number;
  requests: number;
  /** Time spent waiting for a slot or before another attempt, in milliseconds. */
  waitedMs: number;
  /** Called at each 429, with the time from which the API may be asked again; milliseconds since the epoch. */
  readonly onRateLimited?: ((until: number) => void) | undefined;
}

export function newAsker(signal: AbortSignal, onRateLimited?: (until: number) => void): Asker {
  return { signal, asking: 0, requests: 0, waitedMs: 0, onRateLimited };
}

const syncPatience: Patience = { attempts: 10, milliseconds: 20 * 60_000 };
/** A page of 250 has been seen to take minutes (recharge-api §2.5). */
const syncTimeouts: Timeouts = { connect: 10_000, response: 180_000, body: 120_000 };

/** GETs against one store with one token, through one limiter. The token ends here. */
export class RechargeClient {
  readonly #options: ClientOptions;
  readonly #baseUrl: URL;
  readonly #limiter: Limiter;
  readonly #transport: ReturnType<typeof gotTransport>;
  readonly #reading: Reading;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl);
    this.#limiter = new Limiter(options.token, options.maxRequestsPerSecond);
    this.#transport = gotTransport(options.timeouts ?? syncTimeouts);
    const { token, parse = JSON.parse, redact = (text) => text.replaceAll(token, '****') } = options;
    this.#reading = { parse, redact };
  }

  /** Pages that are here and wait for their turn to be written: like requests under way, they are what memory holds. */
  pagesWaiting = 0;

  /** How many requests more would be of use now to a stream that has `left` to make. */
  spare(left: number): number {
    return this.#limiter.spare(left, this.pagesWaiting);
  }

  /**
   * Asks until there is an answer or patience ends. `ask` is called for each attempt, so that the request may be made
   * lighter meanwhile: `onHeavy` is called after each attempt that took the API too long.
   * @throws RechargeError, or the signal's reason once that is aborted
   */
  async get(ask: ApiRequest | (() => ApiRequest), asker: Asker, onHeavy?: () => void): Promise<ApiAnswer> {
    asker.asking += 1;
    try {
      return await this.#ask(typeof ask === 'function' ? ask : () => ask, asker, onHeavy);
    } finally {
      asker.asking -= 1;
    }
  }

  async #ask(ask: () => ApiRequest, asker: Asker, onHeavy?: () => void): Promise<ApiAnswer> {
    // Without the time in the queue, which says nothing of the API.
    let elapsedMs = 0;
    const patience = this.#options.patience ?? syncPatience;
    for (let attempt = 1; ; attempt++) {
      const request = ask();
      const result = await this.#attempt(request, asker);
      if ('body' in result) return result;
      const { error, retryAfterMs, isLate, sent, level } = result;
      const { kind, status } = error;
      elapsedMs += performance.now() - sent.at;
      const waitMs = waitBeforeNext(attempt, { kind, retryAfterMs }, elapsedMs, patience, Math.random());
      if (kind === 'busy') {
        // Who gives up has been told all the same how long the API wants to be left alone, by everybody.
        const holdMs = waitMs ?? retryAfterMs ?? 0;
        this.#limiter.refused(sent, holdMs, level);
        if (!asker.signal.aborted) asker.onRateLimited?.(Date.now() + holdMs);
      }
      if (waitMs === undefined) throw error;
      elapsedMs += waitMs;
      // A gateway before the API may be the one that waited in vain.
      if (isLate === true || status === 504) onHeavy?.();
      this.#options.onRetry?.(request.path, error.said || `status ${status}`, waitMs);
      asker.waitedMs += waitMs;
      await sleep(waitMs, undefined, { signal: asker.signal });
    }
  }

  /** One attempt, which pays for its own slot. */
  #attempt(request: ApiRequest, asker: Asker): Promise<ApiAnswer | Refused> {
    const queued = performance.now();
    return this.#limiter.run(priorityOf(asker.asking, request.left), asker.signal, async (sent) => {
      asker.requests += 1;
      asker.waitedMs += performance.now() - queued;
      const askedAt = Date.now();
      try {
        const answer = await this.#transport(this.#url(request), this.#headers(request), asker.signal);
        const level = single(answer.headers['x-recharge-limit']);
        if (answer.status !== 429) this.#limiter.answered(sent, level);
        this.#options.onAnswer?.(request.path, answer.status, performance.now() - sent.at, level);
        const result = readAnswer(
          request,
          answer,
          this.#reading,
          earlier(askedAt, single(answer.headers['date']), performance.now() - sent.at),
        );
        return 'body' in result ? result : { ...result, sent, level };
      } catch (error) {
        this.#limiter.lost(sent);
        if (!(error instanceof TransportFailure)) throw error;
        const failure = new RechargeError('unavailable', request.path, error.message);
        return { error: failure, isLate: error.isLate, sent };
      }
    });
  }

  #url({ path, query = {} }: ApiRequest): URL {
    const url = new URL(this.#baseUrl);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }

  #headers({ version }: ApiRequest): Record<string, string> {
    return { 'x-recharge-access-token': this.#options.token, 'x-recharge-version': version };
  }
}

/** An attempt without an answer to use. */
interface Refused extends Failed {
  readonly sent: Sent;
  /** What the bucket's header said. */
  readonly level?: string | undefined;
  /** The API took too long over the answer: less of it may be what it can do. */
  readonly isLate?: boolean;
}

/**
 * The earlier of our clock and the API's own (its Date, in whole seconds, which is of the answer): a machine whose clock
 * is ahead must not take for settled what is not.
 */
function earlier(askedAt: number, date: string | undefined, tookMs: number): number {
  const theirs = Date.parse(date ?? '') + 999 - tookMs;
  return Number.isNaN(theirs) ? askedAt : Math.min(askedAt, theirs);
}
