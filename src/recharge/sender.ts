import { TransportFailure } from './body.ts';
import { RechargeError } from './errors.ts';
import type { ApiRequest } from './request.ts';
import { earlier, type Failed, type Reading, readResponse, single } from './response.ts';
import { gotTransport, type Timeouts, type Transport } from './transport.ts';

export interface SenderOptions extends Partial<Reading> {
  readonly token: string;
  readonly baseUrl: string;
  /** What the API is told of the program that asks; got's own name by default. */
  readonly userAgent?: string;
  readonly timeouts?: Timeouts;
  /** Makes the requests; got by default. */
  readonly transport?: Transport;
  /** Told of each answer: its HTTP status, how long it took, and the bucket's level as "used/size" if it named one. */
  readonly onResponse?: (path: string, status: number, tookMs: number, level: string | undefined) => void;
}

/** A page of 250 has been seen to take minutes (docs/recharge-api.md#slow-answers). */
const syncTimeouts: Timeouts = { connect: 10_000, response: 180_000, body: 120_000 };

/** Sends a request once, whatever comes of it. The token ends here. @throws the signal's reason once that is aborted */
export function createSender(options: SenderOptions) {
  const { token, baseUrl, userAgent, timeouts = syncTimeouts, onResponse } = options;
  const transport = options.transport ?? gotTransport(timeouts);
  const ownHeaders = { 'x-recharge-access-token': token, ...(userAgent && { 'user-agent': userAgent }) };
  const reading: Reading = {
    parse: JSON.parse,
    notJson: () => 'is not valid JSON',
    redact: (text) => text.replaceAll(token, '****'),
    ...options,
  };
  return async (request: ApiRequest, signal: AbortSignal) => {
    const [startedAt, requestedAt] = [performance.now(), Date.now()];
    const headers = { ...ownHeaders, 'x-recharge-version': request.version };
    const response = await transport(urlOf(baseUrl, request), headers, signal).catch((error: unknown) => {
      if (error instanceof TransportFailure) return error;
      throw error;
    });
    const tookMs = performance.now() - startedAt;
    if (response instanceof TransportFailure) return { tookMs, result: failedOf(request.path, response) };
    const { status } = response;
    const quota = single(response.headers['x-recharge-limit']);
    onResponse?.(request.path, status, tookMs, quota);
    const at = earlier(requestedAt, single(response.headers['date']), tookMs);
    return { status, quota, tookMs, result: readResponse(request, response, reading, at) };
  };
}

function urlOf(baseUrl: string, { path, query = {} }: ApiRequest): URL {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

function failedOf(path: string, { heavy, message }: TransportFailure): Failed {
  const kind = heavy === 'large' ? 'tooLarge' : 'unavailable';
  return { error: new RechargeError(kind, path, message), isTimeout: heavy === 'slow' };
}
