import { Agent, createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Sandbox } from '../../sandbox/index.ts';
import { type FaultName, faults, kept, type Roll } from './faults.ts';

/** A request that came, and what was done to its answer. */
export interface Exchange {
  readonly path: string;
  /** The request but for how many rows it asks for: another attempt has the same. */
  readonly id: string;
  /** It begins a listing. */
  readonly isFirst: boolean;
  readonly fault?: FaultName;
  readonly left?: 'usable' | 'broken';
}

/** A store whose answers go wrong, as often and in such ways as is set. */
export class SpoilingFront {
  readonly url: string;
  readonly token: string;
  readonly firstDay: string;
  readonly close: () => Promise<void>;
  /** Whether connections are used for more than one request. */
  keepsAlive = true;
  #kinds: readonly FaultName[] = [];
  #percent = 0;
  #exchanges: Exchange[] = [];
  readonly #sandbox: Sandbox;
  readonly #roll: Roll;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(sandbox: Sandbox, roll: Roll, server: ReturnType<typeof createServer>) {
    this.#sandbox = sandbox;
    this.#roll = roll;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.token = sandbox.token;
    this.firstDay = sandbox.firstDay;
    server.on('request', (request, response) => void this.#answer(request, response));
    this.close = async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      this.#agent.destroy();
      await closed;
    };
  }

  /** @param roll draws which answers go wrong, and how */
  static async start(sandbox: Sandbox, roll: Roll): Promise<SpoilingFront> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new SpoilingFront(sandbox, roll, server);
  }

  /** From now on, so many answers in a hundred go wrong, each in one of these ways. */
  spoil(kinds: readonly FaultName[], percent: number): void {
    this.#kinds = kinds;
    this.#percent = percent;
  }

  /** The exchanges since the last call. */
  takeExchanges(): readonly Exchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges;
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', this.url);
    const { pathname: path, searchParams: query } = url;
    response.shouldKeepAlive &&= this.keepsAlive;
    try {
      const { status, headers, body } = await this.#honest(url, message.headers);
      const spoilt = status === 200 && this.#roll(100) < this.#percent;
      const fault = spoilt ? this.#kinds[this.#roll(this.#kinds.length)] : undefined;
      const left = fault && faults[fault]({ path, query, headers, body }, response, this.#roll);
      const isFirst = !['cursor', 'page_info', 'page'].some((name) => query.has(name));
      query.delete('limit');
      this.#exchanges.push({
        path,
        id: url.href,
        isFirst,
        ...(fault !== undefined && left !== undefined && { fault, left }),
      });
      if (left === undefined)
        response.writeHead(status, { ...kept(headers), 'Content-Length': body.length }).end(body);
    } catch {
      // The connector or the story has ended meanwhile.
      response.destroy();
    }
  }

  async #honest(url: URL, headers: IncomingMessage['headers']) {
    const { host: _, connection: __, ...passed } = headers;
    const answer = await new Promise<IncomingMessage>((done, failed) => {
      const to = new URL(`${url.pathname}${url.search}`, this.#sandbox.url);
      ask(to, { agent: this.#agent, headers: passed }, done).on('error', failed).end();
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  }
}
