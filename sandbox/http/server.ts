import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from '../api/api.ts';
import type { FaultKind, SandboxRequest, Version } from '../options.ts';
import type { Bucket } from './bucket.ts';
import type { FaultPlan, MadeAnswer } from './faults.ts';
import type { Page } from './page.ts';
import type { RequestLog } from './request-log.ts';
import { send, sendGatewayTimeout, spoil } from './spoil.ts';

/** The parts of the server, the API among them. */
export interface ServerSetup {
  readonly api: Api;
  readonly token: string;
  readonly bucket: Bucket;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
  readonly page: Page;
  readonly countOn: 'request' | 'response';
  readonly retryAfter: boolean;
  readonly defaultVersion: Version;
  /** Milliseconds a response takes. */
  latency(request: SandboxRequest): number;
}

interface Exchange {
  readonly at: number;
  readonly url: URL;
  readonly request: SandboxRequest;
  readonly origin: string;
  readonly response: ServerResponse;
  used: number | null;
}

const JSON_TYPE = 'application/json';
const VERSIONS: ReadonlySet<string> = new Set(['2021-01', '2021-11']);

/** The sandbox's HTTP server: authentication, bucket, faults and latency around the API. */
export class SandboxServer {
  private readonly setup: ServerSetup;
  private readonly server: Server;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(setup: ServerSetup) {
    this.setup = setup;
    this.server = createServer({ keepAliveTimeout: 60_000 }, (message, response) =>
      this.accept(message, response),
    );
  }

  /** Listens; returns the base URL. Rejects if the port is taken. */
  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    const { port: actual, family, address } = this.server.address() as AddressInfo;
    const name =
      address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    return `http://${name}:${actual}`;
  }

  /** Stops at once and closes open connections. */
  async close(): Promise<void> {
    this.setup.page.close();
    for (const timer of this.timers) clearTimeout(timer);
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private accept(message: IncomingMessage, response: ServerResponse): void {
    if (this.setup.page.handle(message, response)) return;
    message.resume();
    const exchange = this.exchange(message, response);
    if (message.headers['x-recharge-access-token'] !== this.setup.token) {
      this.log(exchange, 401, send(response, 401, JSON_TYPE, '{"error":"bad authentication"}'));
      return;
    }
    const { admitted, used } = this.setup.bucket.take(performance.now());
    exchange.used = used;
    if (!admitted) {
      this.refuse429(exchange);
      return;
    }
    const fault = this.setup.faults.next(exchange.request);
    this.after(this.setup.latency(exchange.request), () => {
      if (!response.destroyed) this.answer(exchange, fault);
    });
  }

  private exchange(message: IncomingMessage, response: ServerResponse): Exchange {
    const origin = `http://${message.headers.host ?? 'localhost'}`;
    const url = new URL(message.url ?? '/', origin);
    const version = message.headers['x-recharge-version'];
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const request: SandboxRequest = {
      method: message.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      version: typeof version === 'string' ? version : this.setup.defaultVersion,
      limit: Number.isFinite(limit) ? limit : 50,
    };
    return { at: Date.now(), url, request, origin, response, used: null };
  }

  private refuse429(exchange: Exchange): void {
    const { bucket, retryAfter } = this.setup;
    this.setLimitHeader(exchange);
    const wait = Math.max(1, Math.ceil(bucket.wait(performance.now())));
    if (retryAfter) exchange.response.setHeader('Retry-After', String(wait));
    this.log(exchange, 429, send(exchange.response, 429, JSON_TYPE, '{"warning":"too many requests"}'));
  }

  private answer(exchange: Exchange, fault: FaultKind | MadeAnswer | undefined): void {
    const { request, response } = exchange;
    this.setLimitHeader(exchange);
    if (!VERSIONS.has(request.version)) {
      this.log(exchange, 426, send(response, 426, JSON_TYPE, '{"errors":"Invalid API version"}'));
      return;
    }
    const { status, body, headers } = this.setup.api.respond({
      method: request.method,
      segments: request.path.split('/').filter((segment) => segment !== ''),
      query: request.query,
      version: request.version as Version,
      origin: exchange.origin,
    });
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    if (fault) {
      const spoilt = spoil(response, fault, body);
      this.log(exchange, spoilt.status, spoilt.bytes);
    } else {
      this.log(
        exchange,
        status,
        status === 504 ? sendGatewayTimeout(response) : send(response, status, JSON_TYPE, body),
      );
    }
  }

  private setLimitHeader(exchange: Exchange): void {
    const { bucket, countOn } = this.setup;
    if (countOn === 'response') exchange.used = bucket.used(performance.now());
    exchange.response.setHeader('X-Recharge-Limit', `${exchange.used}/${bucket.size}`);
  }

  private log({ at, url, request, used }: Exchange, status: number, bytes: number): void {
    const { method, path, version } = request;
    const query = url.search.slice(1);
    this.setup.log.add({
      at: new Date(at),
      method,
      path,
      query,
      version,
      status,
      used,
      ms: Date.now() - at,
      bytes,
    });
  }

  private after(milliseconds: number, run: () => void): void {
    if (milliseconds <= 0) {
      run();
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, milliseconds);
    this.timers.add(timer);
  }
}
