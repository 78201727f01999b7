import { setTimeout as sleep } from 'node:timers/promises';
import { TransportFailure } from './body.ts';
import { type ApiResponse, earlier, type Failed, readResponse, type Reading, single } from './response.ts';
import { RechargeError } from './errors.ts';
import { Limiter, type Outcome, type Requester } from './limiter.ts';
import { lackingScopes, type Scopes, scopesIn } from './scopes.ts';
import { type RetryPolicy, retryDelayMs } from './retry.ts';
import { gotTransport, type Timeouts, type Transport } from './transport.ts';

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

export interface ClientOptions extends Partial<Reading> {
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
/** Asked of the token beside a request that waits for the answer. */
const tokenInformation: ApiRequest = { path: '/token_information', version: '2021-11' };
const tokenRetryPolicy: RetryPolicy = { maxAttempts: 3, maxElapsedMs: 10_000 };
const syncRetryPolicy: RetryPolicy = { maxAttempts: 10, maxElapsedMs: 20 * 60_000 };
/** A page of 250 has been seen to take minutes (docs/recharge-api.md#slow-answers). */
const syncTimeouts: Timeouts = { connect: 10_000, response: 180_000, body: 120_000 };

/** GETs against one store with one token, through one limiter. The token ends here. */
export class RechargeClient {
  readonly limiter: Limiter;
  readonly #options: ClientOptions;
  readonly #baseUrl: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #transport: Transport;
  readonly #reading: Reading;
  #scopes: Promise<readonly string[] | undefined> | undefined;
  #hasAnswer = false;

  constructor(options: ClientOptions) {
    const { token, baseUrl, userAgent, maxRequestsPerSecond, timeouts = syncTimeouts } = options;
    this.#options = options;
    this.#baseUrl = new URL(baseUrl);
    this.#headers = { 'x-recharge-access-token': token, ...(userAgent && { 'user-agent': userAgent }) };
    this.limiter = new Limiter(token, maxRequestsPerSecond);
    this.#transport = options.transport ?? gotTransport(timeouts);
    this.#reading = {
      parse: JSON.parse,
      notJson: () => 'is not valid JSON',
      redact: (text) => text.replaceAll(token, '****'),
      ...options,
    };
  }

  /**
   * The scopes of the token (docs/recharge-api.md#token-information), asked for once; undefined where the API refuses to
   * tell. @throws RechargeError where it could not be asked, or does not take the token
   */
  tokenScopes(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const context = newRequestContext(signal);
    this.#scopes ??= this.get(tokenInformation, context, undefined, tokenRetryPolicy).then(
      ({ body }) => scopesIn(body),
      (error: unknown) => {
        if (error instanceof RechargeError && /^(rejected|forbidden)$/.test(error.kind)) return undefined;
        this.#scopes = undefined;
        throw error;
      },
    );
    return this.#scopes;
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
    policy = this.#options.retryPolicy ?? syncRetryPolicy,
  ): Promise<ApiResponse> {
    const newRequest = typeof ask === 'function' ? ask : () => ask;
    // Without the time in the queue, which says nothing of the API.
    let elapsedMs = 0;
    let unusable: string | undefined;
    let repeats = 0;
    let isJudged = false;
    for (let attempt = 1; ; attempt++) {
      const request = newRequest();
      const tries = { policy, attempt, elapsedMs };
      const { result, tookMs, waitMs } = await this.#inTurn(request, context, tries);
      if ('body' in result) return result;
      let { error } = result;
      if (error.status === 403 && !(isJudged && error.kind === 'unavailable'))
        error = await this.#judged(error, request.scopes, context.signal);
      isJudged ||= error.status === 403;
      if (error.kind === 'tooLarge') {
        onTimeout?.(1);
        if (!(limitOf(newRequest()) < limitOf(request))) throw error;
        this.#options.onRetry?.(request.path, `${error.apiMessage}, so fewer rows are asked for`, 0);
        continue;
      }
      repeats = result.unusable !== undefined && result.unusable === unusable ? repeats + 1 : 0;
      unusable = result.unusable;
      if (waitMs === undefined || error.kind === 'forbidden' || repeats >= mostRepeats) throw error;
      elapsedMs += tookMs + waitMs;
      if (result.isTimeout) onTimeout?.();
      this.#options.onRetry?.(request.path, error.apiMessage || `status ${error.status}`, waitMs);
      context.metrics?.retry(error.kind === 'malformed' ? error.kind : `${error.status ?? 'no answer'}`);
      const cause = error.kind === 'rateLimited' ? 'limit' : 'api';
      await sleep(waitMs, undefined, { signal: context.signal }).finally(context.metrics?.wait(cause));
    }
  }

  /** A 403 in the light of the token's scopes, where they can be had: it is the API's own where one is lacking. */
  async #judged(
    error: RechargeError,
    scopes: Scopes | undefined,
    signal: AbortSignal,
  ): Promise<RechargeError> {
    const granted = scopes && (await this.tokenScopes(signal).catch(() => undefined));
    if (scopes === undefined || granted === undefined) return error;
    const lacking = lackingScopes(scopes, granted);
    return error.with({ lacking, kind: lacking.length > 0 ? 'forbidden' : error.kind });
  }

  /** One attempt, once the limiter lets it go. */
  #inTurn(request: ApiRequest, context: RequestContext, tries: Tries): Promise<Attempt> {
    const admitted = context.metrics?.wait('limit');
    return this.limiter
      .run(context, () => {
        admitted?.();
        return this.#attempt(request, context, tries);
      })
      .catch((error: unknown) => {
        throw error instanceof RechargeError ? error.with({ path: request.path }) : error;
      })
      .finally(admitted);
  }

  async #attempt(
    request: ApiRequest,
    { signal, metrics, onRateLimited }: RequestContext,
    { policy, attempt, elapsedMs }: Tries,
  ): Promise<Attempt> {
    metrics?.add('requests');
    const sent = await this.#send(request, signal).finally(metrics?.wait('api'));
    const { result, tookMs } = sent;
    if ('body' in result) {
      this.#hasAnswer = true;
      return sent;
    }
    const { error, retryAfterMs } = result;
    const { kind } = error;
    if (kind === 'unauthenticated' && !this.#hasAnswer) this.limiter.close(error);
    const elapsed = elapsedMs + tookMs;
    const waitMs = retryDelayMs(attempt, { kind, retryAfterMs }, elapsed, policy, Math.random());
    if (kind !== 'rateLimited') return { ...sent, waitMs };
    // Who gives up has been told all the same how long the API wants to be left alone, by everybody.
    const holdMs = waitMs ?? retryAfterMs ?? 0;
    if (!signal.aborted) onRateLimited?.(Date.now() + holdMs);
    // Nobody's patience is longer.
    if (holdMs > policy.maxElapsedMs) this.limiter.close(error);
    return { ...sent, holdMs, waitMs };
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<Attempt> {
    const [startedAt, requestedAt] = [performance.now(), Date.now()];
    const headers = { ...this.#headers, 'x-recharge-version': request.version };
    const response = await this.#transport(this.#url(request), headers, signal).catch(transportFailure);
    const tookMs = performance.now() - startedAt;
    if (response instanceof TransportFailure) return { tookMs, result: failedOf(request.path, response) };
    const { status } = response;
    const quota = single(response.headers['x-recharge-limit']);
    this.#options.onResponse?.(request.path, status, tookMs, quota);
    const at = earlier(requestedAt, single(response.headers['date']), tookMs);
    return { status, quota, tookMs, result: readResponse(request, response, this.#reading, at) };
  }

  #url({ path, query = {} }: ApiRequest): URL {
    const url = new URL(this.#baseUrl);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }
}

/** Which attempt it is, from 1, and how long those before it took. */
interface Tries {
  readonly policy: RetryPolicy;
  readonly attempt: number;
  readonly elapsedMs: number;
}

interface Attempt extends Outcome {
  readonly result: ApiResponse | Failed;
  readonly tookMs: number;
  /** Until the next attempt; undefined where it would not help. */
  readonly waitMs?: number | undefined;
}

function limitOf({ query }: ApiRequest): number {
  return Number(query?.['limit']);
}

function transportFailure(error: unknown): TransportFailure {
  if (error instanceof TransportFailure) return error;
  throw error;
}

function failedOf(path: string, { heavy, message }: TransportFailure): Failed {
  const kind = heavy === 'large' ? 'tooLarge' : 'unavailable';
  return { error: new RechargeError(kind, path, message), isTimeout: heavy === 'slow' };
}
