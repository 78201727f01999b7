import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { RequestError, TimeoutError } from 'got';

export interface TransportResponse {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** No usable answer: the connection failed, or the API took too long over the answer. Holds a reason and nothing of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** The API was too slow; else the connection never stood. */
  readonly isTimeout: boolean;
  constructor(reason: string, isTimeout = false) {
    super(reason);
    this.isTimeout = isTimeout;
  }
}

/** Milliseconds. `response` is from the request sent to the first byte, `body` from there to the last. */
export interface Timeouts {
  readonly connect: number;
  readonly response: number;
  readonly body: number;
}

/** One GET. @throws TransportFailure, or the signal's reason once that is aborted. */
export type Transport = (
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<TransportResponse>;

/**
 * One GET by got, with got's own retries off: they would go round the limiter, and miss cut-off bodies.
 * @throws TransportFailure, or the signal's reason once that is aborted.
 */
export function gotTransport(timeouts: Timeouts): Transport {
  const options = {
    keepAlive: true,
    proxyEnv: process.env,
    // Of a host's addresses each has time to answer, if two of them are dead.
    autoSelectFamilyAttemptTimeout: Math.ceil(timeouts.connect / 3),
  };
  const agent = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const longest = 3 * timeouts.connect + timeouts.response + timeouts.body;
  return async (url, headers, signal) => {
    // While a proxy makes no tunnel there is no socket, and without one no time-out of got's comes to anything.
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), longest);
    try {
      const response = await got(url, {
        headers: { ...headers, accept: 'application/json' },
        agent,
        signal: AbortSignal.any([signal, tooLong.signal]),
        responseType: 'buffer',
        retry: { limit: 0 },
        throwHttpErrors: false,
        // Elsewhere the token has no business.
        followRedirect: ({ headers: { location } }) =>
          location !== undefined && URL.parse(location, url)?.origin === url.origin,
        timeout: {
          lookup: timeouts.connect,
          connect: timeouts.connect,
          secureConnect: timeouts.connect,
          response: timeouts.response,
          read: timeouts.body,
        },
      });
      return { status: response.statusCode, body: response.body, headers: response.headers };
    } catch (error) {
      signal.throwIfAborted();
      if (tooLong.signal.aborted) throw new TransportFailure(`no answer in time (${longest} ms in all)`);
      throw failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  if (error instanceof TimeoutError)
    return new TransportFailure(`no answer in time (${error.message})`, late.has(error.event));
  return new TransportFailure(reasonFor(error));
}

function reasonFor({ code, cause }: RequestError): string {
  if (code === 'ERR_PROXY_TUNNEL') {
    const status = cause instanceof Error && 'statusCode' in cause ? String(cause.statusCode) : 'no answer';
    return `the proxy does not let the request through (${status})`;
  }
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return `the certificate is not trusted (${code}); if a gateway of your network makes it, let NODE_EXTRA_CA_CERTS name the file of its authority`;
  return reasons[code] ?? `the connection failed (${code})`;
}

/** What the API was too slow at; before that, the connection never stood. */
const late = new Set(['response', 'read']);

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be resolved just now (EAI_AGAIN)',
  ECONNREFUSED: 'the host refuses connections (ECONNREFUSED)',
  EPROTO: 'the host does not speak TLS, as https asks (EPROTO)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
};
