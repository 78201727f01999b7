import { setTimeout as sleep } from 'node:timers/promises';
import { RechargeError } from './errors.ts';
import { Limiter, type Requester } from './limiter.ts';
import type { OnTimeout } from './page-size.ts';
import type { ApiRequest } from './request.ts';
import type { ApiResponse } from './response.ts';
import { type RetryPolicy, retryDelayMs } from './retry.ts';
import { lackingScopes, type Scopes, scopesIn } from './scopes.ts';
import { createSender, type SenderOptions } from './sender.ts';

export interface ClientOptions extends SenderOptions {
  /** Sends no faster than this, whatever the rate limit allows. */
  readonly maxRequestsPerSecond?: number | undefined;
  readonly retryPolicy?: RetryPolicy;
  /** Told before each wait for another attempt. `reason` says what the last one came to. */
  readonly onRetry?: (path: string, reason: string, waitMs: number) => void;
}

/** The requests of one stream, and who is told of them. */
export interface RequestContext extends Requester {
  /** Counts what they cost; `wait` begins a wait, and what it returns ends it. */
  readonly metrics?: {
    readonly add: (what: 'requests') => void;
    readonly retry: (reason: string) => void;
    readonly wait: (cause: 'limit' | 'api') => () => void;
  };
  /** Called at each 429, with the time from which the API may be asked again; milliseconds since the epoch. */
  readonly onRateLimited?: (until: number) => void;
  /** The client's by default. */
  readonly retryPolicy?: RetryPolicy;
}

/** So often an unusable answer may come again, byte for byte, before it is taken for all there is. */
const mostRepeats = 2;
/** Asked of the token beside a request that waits for the answer (docs/recharge-api.md#token-information). */
const tokenInformation: ApiRequest = { path: '/token_information', version: '2021-11' };
const tokenRetryPolicy: RetryPolicy = { maxAttempts: 3, maxElapsedMs: 10_000 };
const syncRetryPolicy: RetryPolicy = { maxAttempts: 10, maxElapsedMs: 20 * 60_000 };

/** GETs against one store with one token, through one limiter. */
export class RechargeClient {
  readonly limiter: Limiter;
  readonly #options: ClientOptions;
  readonly #send: ReturnType<typeof createSender>;
  #scopes: Promise<readonly string[] | undefined> | undefined;
  #hasAnswer = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#send = createSender(options);
    this.limiter = new Limiter(options.token, options.maxRequestsPerSecond);
  }

  /** The token's scopes, asked for once; undefined where the API does not tell them. @throws RechargeError */
  tokenScopes(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const context = { signal, inFlight: 0, retryPolicy: tokenRetryPolicy };
    this.#scopes ??= this.get(tokenInformation, context).then(
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
   * Asks until there is an answer or the retry policy ends it. `ask` is called for each attempt, so that the request may
   * be made lighter meanwhile: `onTimeout` is called with 1 where the answer was too large.
   * @throws RechargeError, or the signal's reason once that is aborted
   */
  async get(
    ask: ApiRequest | (() => ApiRequest),
    context: RequestContext,
    onTimeout?: OnTimeout,
  ): Promise<ApiResponse> {
    const newRequest = typeof ask === 'function' ? ask : () => ask;
    // Without the time in the queue, which says nothing of the API.
    let elapsedMs = 0;
    let unusable: string | undefined;
    let repeats = 0;
    let isJudged = false;
    for (let attempt = 1; ; attempt++) {
      const request = newRequest();
      const { result, tookMs, waitMs } = await this.#attempt(request, context, attempt, elapsedMs);
      if ('body' in result) return result;
      let { error } = result;
      if (error.status === 403 && request.scopes !== undefined && !(isJudged && error.kind === 'unavailable'))
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
  async #judged(error: RechargeError, scopes: Scopes, signal: AbortSignal): Promise<RechargeError> {
    const granted = await this.tokenScopes(signal).catch(() => undefined);
    if (granted === undefined) return error;
    const lacking = lackingScopes(scopes, granted);
    return error.with({ lacking, kind: lacking.length > 0 ? 'forbidden' : error.kind });
  }

  /** One attempt, once the limiter lets it go. `waitMs` is until the next; undefined where that would not help. */
  #attempt(request: ApiRequest, context: RequestContext, attempt: number, elapsedMs: number) {
    const { signal, metrics, onRateLimited } = context;
    const policy = context.retryPolicy ?? this.#options.retryPolicy ?? syncRetryPolicy;
    const admitted = metrics?.wait('limit');
    const send = async () => {
      admitted?.();
      metrics?.add('requests');
      const sent = await this.#send(request, signal).finally(metrics?.wait('api'));
      const { result, tookMs } = sent;
      this.#hasAnswer ||= 'body' in result;
      if ('body' in result) return { ...sent, waitMs: undefined };
      const { error, retryAfterMs } = result;
      const { kind } = error;
      if (kind === 'unauthenticated' && !this.#hasAnswer) this.limiter.close(error);
      const waitMs = retryDelayMs(attempt, { kind, retryAfterMs }, elapsedMs + tookMs, policy, Math.random());
      if (kind !== 'rateLimited') return { ...sent, waitMs };
      // Who gives up has been told all the same how long the API wants to be left alone, by everybody.
      const holdMs = waitMs ?? retryAfterMs ?? 0;
      if (!signal.aborted) onRateLimited?.(Date.now() + holdMs);
      // Nobody's patience is longer.
      if (holdMs > policy.maxElapsedMs) this.limiter.close(error);
      return { ...sent, holdMs, waitMs };
    };
    const answered = this.limiter.run(context, send).catch((error: unknown) => {
      throw error instanceof RechargeError ? error.with({ path: request.path }) : error;
    });
    return answered.finally(admitted);
  }
}

const limitOf = ({ query }: ApiRequest) => Number(query?.['limit']);
