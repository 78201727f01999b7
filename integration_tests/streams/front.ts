import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '../../sandbox/index.ts';

/** What a request asked for. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request itself, or changes what the sandbox is asked (by another query or path, if one is given) or says. */
export type Change = (
  asked: Asked,
  pass: (query?: URLSearchParams, path?: string) => Promise<Answer>,
) => Promise<Answer>;

export type Front = Pick<Sandbox, 'url' | 'token' | 'firstDay' | 'close'>;

/**
 * Stands in front of a sandbox, for what that never sends. Seen from the connector it is the store itself; closing it
 * leaves the sandbox open.
 */
export async function startFront(sandbox: Sandbox, change: Change): Promise<Front> {
  const server = createServer((request, response) => {
    void answerTo(request, sandbox, change).then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(body),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: sandbox.token,
    firstDay: sandbox.firstDay,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answerTo(request: IncomingMessage, sandbox: Sandbox, change: Change): Promise<Answer> {
  const url = new URL(request.url ?? '/', sandbox.url);
  const pass = async (query = url.searchParams, path = url.pathname): Promise<Answer> => {
    const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-recharge-'));
    const said = await fetch(new URL(`${path}?${query.toString()}`, sandbox.url), {
      headers: headers as [string, string][],
    });
    const kept = ['content-type', 'x-recharge-limit', 'link'].flatMap((name) => {
      const value = said.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return { status: said.status, headers: Object.fromEntries(kept), body: await said.text() };
  };
  return change({ path: url.pathname, query: url.searchParams, headers: request.headers }, pass);
}

export type ApiRow = Record<string, unknown>;

/** An answer whose rows were changed; digits that JavaScript cannot hold are lost on the way. */
export function withRows(answer: Answer, key: string, change: (rows: ApiRow[]) => ApiRow[]): Answer {
  const body = JSON.parse(answer.body) as Record<string, unknown>;
  const rows = body[key];
  return Array.isArray(rows)
    ? { ...answer, body: JSON.stringify({ ...body, [key]: change(rows as ApiRow[]) }) }
    : answer;
}

/** A 200 with this body, from a bucket that is as good as empty. */
export function json(body: unknown): Answer {
  const headers = { 'content-type': 'application/json', 'x-recharge-limit': '1/4000' };
  return { status: 200, headers, body: JSON.stringify(body) };
}
