import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiResponse, type Failed, type Reading, earlier, readResponse, single } from './response.ts';
import { RechargeError, type Redact } from './errors.ts';
import { Limiter, type Outcome, type Requester } from './limiter.ts';
import { lackingScopes, type Scopes, scopesIn } from './scopes.ts';
import { type RetryPolicy, retryDelayMs } from './retry.ts';
import { gotTransport, type Timeouts, type Transport, TransportFailure } from './transport.ts';

export type ApiVersion = '2021-01' | '2021-11';
export type Query = Readonly<Record<string, string | number>>;

export interface ApiRequest {
  readonly path: string;
  readonly query?: Query;
  readonly version: ApiVersion;
  /** The key the answer must have. */
  readonly key?: string;
  /** What the token needs for it, as far as is known. */
  readonly scopes?: Scopes;
}

export interface ClientOptions {
  readonly token: string;
  readonly baseUrl: string;
  /** What the API is told of the program that asks; got's own name by default. */
  readonly userAgent?: string;
  /** Sends no faster than this, whatever the rate limit allows. */
  readonly maxRequestsPerSecond?: number | undefined;
  readonly retryPolicy?: RetryPolicy;
  readonly timeouts?: Timeouts;
  /** Makes the requests; got by default. */
  readonly transport?: Transport;
  /** Parses a body; JSON.parse by default. @throws on anything but JSON */
  readonly parse?: (body: string) => unknown;
  /** What is wrong with a body that `parse` throws on, and where, without a word of it; "is not valid JSON", by default. */
  readonly notJson?: (body: string) => string;
  /** Takes the token out of the API's words, however it is spelled there; as it is, by default. */
  readonly redact?: Redact;
  /** Told of each answer: its HTTP status, how long it took, and the bucket's level as "used/size" if it named one. */
  readonly onResponse?: (path: string, status: number, tookMs: number, level: string | undefined) => void;
  /** Told before each wait for another attempt. `reason` says what the last one came to. */
  readonly onRetry?: (path: string, reason: string, waitMs: number) => void;
}

interface RequestMetrics {
  readonly add: (what: 'requests') => void;
  readonly retry: (reason: string) => void;
  readonly wait: (cause: 'limit' | 'api') => () => void;
}

/** The requests of one stream, and who is told of them. */
export interface RequestContext extends Requester {
  /** Counts what they cost; `wait` begins a wait, and what it returns ends it. */
  readonly metrics?: RequestMetrics | undefined;
  /** Called at each 429, with the time from which the API may be asked again; milliseconds since the epoch. */
  readonly onRateLimited?: ((until: number) => void) | undefined;
}

export function newRequestContext(
  signal: AbortSignal,
  metrics?: RequestMetrics,
  onRateLimited?: (until: number) => void,
): RequestContext {
  return { signal, inFlight: 0, metrics, onRateLimited };
}

/** So often an unusable answer may come again, byte for byte, before it is taken for all there is. */
const mostRepeats = 2;
/** For so long at most the first request goes alone: a bad token is refused whatever is asked, and one answer tells. */
const firstAloneMs = 2_000;
/** Asked of the token beside a request that waits for the answer. */
const tokenInformation: ApiRequest = { path: '/token_information', version: '2021-11' };
const tokenRetryPolicy: RetryPolicy = { maxAttempts: 3, maxElapsedMs: 10_000 };
const syncRetryPolicy: RetryPolicy = { maxAttempts: 10, maxElapsedMs: 20 * 60_000 };
/** A page of 250 has been seen to take minutes (docs/recharge-api.md#slow-answers). */
const syncTimeouts: Timeouts = { connect: 10_000, response: 180_000, body: 120_000 };

/** GETs against one store with one token, through one limiter. The token ends here. */
export class RechargeClient {
  readonly #options: ClientOptions;
  readonly #baseUrl: URL;
  readonly #limiter: Limiter;
  readonly #transport: Transport;
  readonly #reading: Reading;
  readonly #retryPolicy: RetryPolicy;
  #scopes: Promise<readonly string[] | undefined> | undefined;
  /** Resolves once the first request has come to something. */
  #first: Promise<unknown> | undefined;
  #hasAnswer = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl);
    this.#limiter = new Limiter(options.token, options.maxRequestsPerSecond);
    this.#transport = options.transport ?? gotTransport(options.timeouts ?? syncTimeouts);
    const { token, parse = JSON.parse, redact = (text) => text.replaceAll(token, '****') } = options;
    const { notJson = () => 'is not valid JSON' } = options;
    this.#reading = { parse, notJson, redact };
    this.#retryPolicy = options.retryPolicy ?? syncRetryPolicy;
  }

  /** How many requests more would be of use now to a stream that has `pagesRemaining` to make. */
  availableConcurrency(pagesRemaining: number, upcoming: number): number {
    return this.#limiter.availableConcurrency(pagesRemaining, upcoming);
  }

  /**
   * The scopes of the token (docs/recharge-api.md#token-information), asked for once; undefined where the API refuses to
   * tell. @throws RechargeError where it could not be asked, or does not take the token
   */
  tokenScopes(signal: AbortSignal): Promise<readonly string[] | undefined> {
    this.#scopes ??= this.#ask(() => tokenInformation, newRequestContext(signal), tokenRetryPolicy).then(
      ({ body }) => scopesIn(body),
      (error: unknown) => {
        if (error instanceof RechargeError && /^(rejected|forbidden)$/.test(error.kind)) return undefined;
        this.#scopes = undefined;
        throw error;
      },
    );
    return this.#scopes;
  }

  /** What the rate limit allows, and how much of it was used. */
  get rateLimit() {
    return this.#limiter.rateLimit;
  }

  /** Counts a page that waits to be written, until the function it returns is called: memory holds it like a request. */
  buffer(): () => void {
    return this.#limiter.buffer();
  }

  /**
   * Asks until there is an answer or the retry policy ends it. `ask` is called for each attempt, so that the request may be made
   * lighter meanwhile: `onTimeout` is called after each attempt that took the API too long, and with 1 after one whose answer was
   * too large.
   * @throws RechargeError, or the signal's reason once that is aborted
   */
  async get(
    ask: ApiRequest | (() => ApiRequest),
    context: RequestContext,
    onTimeout?: (fewest?: number) => void,
  ): Promise<ApiResponse> {
    context.inFlight += 1;
    try {
      const request = typeof ask === 'function' ? ask : () => ask;
      return await this.#ask(request, context, this.#retryPolicy, onTimeout);
    } finally {
      context.inFlight -= 1;
    }
  }

  /** An attempt in its turn. The first one of all goes alone. */
  async #inTurn(context: RequestContext, attempt: () => Promise<Attempt>): Promise<Attempt> {
    const admitted = context.metrics?.wait('limit');
    if (this.#first !== undefined) await this.#first;
    const result = this.#limiter
      .run(context, () => {
        admitted?.();
        return attempt();
      })
      .finally(admitted);
    const timer = () => sleep(firstAloneMs, undefined, { ref: false });
    this.#first ??= Promise.race([result.catch(() => {}), timer()]);
    return await result;
  }

  async #ask(
    ask: () => ApiRequest,
    context: RequestContext,
    retryPolicy: RetryPolicy,
    onTimeout?: (fewest?: number) => void,
  ): Promise<ApiResponse> {
    // Without the time in the queue, which says nothing of the API.
    let elapsedMs = 0;
    let unusable: string | undefined;
    let repeats = 0;
    let isJudged = false;
    for (let attempt = 1; ; attempt++) {
      const request = ask();
      const result = await this.#inTurn(context, () =>
        this.#attempt(request, context, retryPolicy, attempt, elapsedMs),
      ).catch((error: unknown) => {
        throw error instanceof RechargeError ? error.at(request.path) : error;
      });
      if ('answer' in result) return result.answer;
      const { waitMs, isTimeout } = result;
      let { error } = result;
      if (error.status === 403 && !(isJudged && error.kind === 'unavailable'))
        error = await this.#judged(error, request.scopes, context.signal);
      isJudged ||= error.status === 403;
      if (error.kind === 'tooLarge') {
        onTimeout?.(1);
        if (!(limitOf(ask()) < limitOf(request))) throw error;
        this.#options.onRetry?.(request.path, `${error.apiMessage}, so fewer rows are asked for`, 0);
        continue;
      }
      repeats = result.unusable !== undefined && result.unusable === unusable ? repeats + 1 : 0;
      unusable = result.unusable;
      if (waitMs === undefined || error.kind === 'forbidden' || repeats >= mostRepeats) throw error;
      elapsedMs += result.tookMs + waitMs;
      if (isTimeout) onTimeout?.();
      this.#options.onRetry?.(request.path, error.apiMessage || `status ${error.status}`, waitMs);
      context.metrics?.retry(error.kind === 'malformed' ? error.kind : `${error.status ?? 'no answer'}`);
      const cause = error.kind === 'rateLimited' ? 'limit' : 'api';
      await sleep(waitMs, undefined, { signal: context.signal }).finally(context.metrics?.wait(cause));
    }
  }

  /** A 403 in the light of the token's scopes, where they can be had. */
  async #judged(
    error: RechargeError,
    scopes: Scopes | undefined,
    signal: AbortSignal,
  ): Promise<RechargeError> {
    if (scopes === undefined) return error;
    const granted = await this.tokenScopes(signal).catch(() => undefined);
    return granted === undefined ? error : error.ofToken(lackingScopes(scopes, granted));
  }

  async #attempt(
    request: ApiRequest,
    context: RequestContext,
    retryPolicy: RetryPolicy,
    attempt: number,
    elapsedMs: number,
  ): Promise<Attempt> {
    context.metrics?.add('requests');
    const startedAt = performance.now();
    const result = await this.#request(request, context.signal).finally(context.metrics?.wait('api'));
    const tookMs = performance.now() - startedAt;
    const { status, quota } = result;
    if ('answer' in result) {
      this.#hasAnswer = true;
      return { status, quota, answer: result.answer };
    }
    const { error, retryAfterMs, isTimeout, unusable } = result;
    const { kind } = error;
    if (kind === 'unauthenticated' && !this.#hasAnswer) this.#limiter.close(error);
    const waited = elapsedMs + tookMs;
    const waitMs = retryDelayMs(attempt, { kind, retryAfterMs }, waited, retryPolicy, Math.random());
    // Who gives up has been told all the same how long the API wants to be left alone, by everybody.
    const holdMs = kind === 'rateLimited' ? (waitMs ?? retryAfterMs ?? 0) : undefined;
    if (holdMs !== undefined && !context.signal.aborted) context.onRateLimited?.(Date.now() + holdMs);
    // Nobody's patience is longer.
    if (holdMs !== undefined && holdMs > retryPolicy.maxElapsedMs) this.#limiter.close(error);
    // A gateway before the API may be the one that waited in vain.
    const tookTooLong = isTimeout === true || status === 504;
    return { status, quota, holdMs, error, unusable, waitMs, tookMs, isTimeout: tookTooLong };
  }

  async #request(request: ApiRequest, signal: AbortSignal): Promise<Responded> {
    const startedAt = performance.now();
    const requestedAt = Date.now();
    try {
      const response = await this.#transport(this.#url(request), this.#headers(request), signal);
      const { status, headers } = response;
      const tookMs = performance.now() - startedAt;
      const quota = single(headers['x-recharge-limit']);
      this.#options.onResponse?.(request.path, status, tookMs, quota);
      const result = readResponse(
        request,
        response,
        this.#reading,
        earlier(requestedAt, single(headers['date']), tookMs),
      );
      return 'body' in result ? { status, quota, answer: result } : { status, quota, ...result };
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      return {
        error: new RechargeError(
          error.heavy === 'large' ? 'tooLarge' : 'unavailable',
          request.path,
          error.message,
        ),
        isTimeout: error.heavy === 'slow',
      };
    }
  }

  #url({ path, query = {} }: ApiRequest): URL {
    const url = new URL(this.#baseUrl);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }

  #headers({ version }: ApiRequest): Record<string, string> {
    const { token, userAgent } = this.#options;
    return {
      'x-recharge-access-token': token,
      'x-recharge-version': version,
      ...(userAgent !== undefined && { 'user-agent': userAgent }),
    };
  }
}

type Attempt = Outcome & ({ readonly answer: ApiResponse } | Failure);

/** How many rows a request asks for. */
function limitOf({ query }: ApiRequest): number {
  return Number(query?.['limit']);
}

/** An attempt without an answer to use. */
interface Failure extends Pick<Failed, 'error' | 'unusable'> {
  /** Milliseconds until the next attempt; undefined where it would not help. */
  readonly waitMs: number | undefined;
  readonly tookMs: number;
  /** The API took too long over it: less of it may be what it can do. */
  readonly isTimeout: boolean;
}

/** What came of a request: its response, or why there is none to use. */
type Responded = Pick<Outcome, 'status' | 'quota'> &
  ({ readonly answer: ApiResponse } | (Failed & { readonly isTimeout?: boolean }));
