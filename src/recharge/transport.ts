import { once } from 'node:events';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { RequestError, TimeoutError } from 'got';
import { acceptedEncodings, BodyReader, mostErrorBytes, mostPageBytes, TransportFailure } from './body.ts';

export interface TransportResponse {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
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

/** GETs by got, with got's own retries off: they would go round the limiter, and miss cut-off bodies. */
export function gotTransport({ connect, response, body: read }: Timeouts): Transport {
  const options = {
    keepAlive: true,
    proxyEnv: process.env,
    // Of a host's addresses each has time to answer, if two of them are dead.
    autoSelectFamilyAttemptTimeout: Math.ceil(connect / 3),
  };
  const agent = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const reader = new BodyReader();
  const longest = 3 * connect + response + read;
  return async (url, headers, signal) => {
    // While a proxy makes no tunnel there is no socket, and without one no time-out of got's comes to anything.
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), longest);
    try {
      const stream = got.stream(url, {
        headers: { ...headers, accept: 'application/json', 'accept-encoding': acceptedEncodings },
        // Unpacked here, where the bytes are counted.
        decompress: false,
        agent,
        signal: AbortSignal.any([signal, tooLong.signal]),
        retry: { limit: 0 },
        throwHttpErrors: false,
        // Elsewhere the token has no business.
        followRedirect: ({ headers: { location } }) =>
          location !== undefined && URL.parse(location, url)?.origin === url.origin,
        timeout: { lookup: connect, connect, secureConnect: connect, response, read },
      });
      // What destroys it is thrown where it is read.
      stream.on('error', () => {});
      const [{ statusCode: status = 0, headers: told }] = (await once(stream, 'response')) as [
        IncomingMessage,
      ];
      const isPage = status < 300;
      const body = await reader
        .read(stream, told, isPage ? mostPageBytes : mostErrorBytes)
        .catch((error: unknown) => {
          // An error whose body cannot be had says what its status says.
          if (!isPage && error instanceof TransportFailure) return new Uint8Array();
          throw error;
        });
      return { status, headers: told, body };
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
  if (!(error instanceof TimeoutError)) return new TransportFailure(reasonFor(error));
  // In any other case the connection never stood.
  const isSlow = error.event === 'response' || error.event === 'read';
  return new TransportFailure(`no answer in time (${error.message})`, isSlow ? 'slow' : undefined);
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

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be resolved just now (EAI_AGAIN)',
  ECONNREFUSED: 'the host refuses connections (ECONNREFUSED)',
  EPROTO: 'the host does not speak TLS, as https asks (EPROTO)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
};
