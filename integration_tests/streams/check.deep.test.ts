import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, test } from 'vitest';
import { check, expectStatus } from './check.fixture.ts';
import { type Config, quickToken } from './connection.ts';

describe.concurrent('check of a server that takes its time [E-05]', () => {
  const servers: Server[] = [];
  const serve = async (listener: RequestListener): Promise<Config> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return { access_token: quickToken, start_date: '2024-01-01', api_url: `http://127.0.0.1:${port}` };
  };
  afterAll(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });

  test.each<[string, RequestListener]>([
    ['never answers', () => {}],
    ['sends headers and nothing more', (_, response) => response.writeHead(200).flushHeaders()],
    [
      'sends a byte each second',
      (_, response) => {
        const timer = setInterval(() => response.write(' '), 1_000);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s: FAILED inside 30 s [CLI-13]', async (_name, listener) => {
    expectStatus(await check(await serve(listener)), 'FAILED', /^Recharge .*check the network/i);
  });
});
