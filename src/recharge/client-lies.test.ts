import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { newContext, orders, quick, refusal, token } from './client.fixture.ts';
import { RechargeClient } from './client.ts';

describe('RechargeClient against a server that lies [E-12]', () => {
  let server: Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function serve(listener: RequestListener): Promise<RechargeClient> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RechargeClient({
      token,
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...quick,
    });
  }

  it('never follows a redirect to another host', async () => {
    let followed = 0;
    const elsewhere = createServer((_, response) => {
      followed++;
      response.end('{"orders":[]}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/orders`;
    const client = await serve((_, response) => response.writeHead(302, { location }).end());
    expect(await refusal(client.get(orders, newContext()))).toMatchObject({ kind: 'rejected', status: 302 });
    expect(followed).toBe(0);
    elsewhere.close();
  });

  it.each([
    '[]',
    'null',
    '"orders"',
    '7',
    '',
    '{"orders":[{},]}',
    '{"orders":[{"id":01}]}',
    '{"orders":[{}]',
  ])('takes the body %j for broken, never for empty', async (body) => {
    const client = await serve((_, response) => response.end(body));
    expect((await refusal(client.get(orders, newContext()))).kind).toBe('malformed');
  });

  it('has no use for more requests while as many pages wait as memory bears', async () => {
    const client = await serve((_, response) =>
      response.writeHead(200, { 'x-recharge-limit': '1/40' }).end('{"orders":[]}'),
    );
    await client.get(orders, newContext());
    expect(client.availableConcurrency(1, 0)).toBeGreaterThan(0);
    for (let page = 0; page < 128; page++) client.buffer();
    expect(client.availableConcurrency(1, 0)).toBe(0);
  });

  it('waits as long as Retry-After says before anybody asks again', async () => {
    const asked: number[] = [];
    const client = await serve((_, response) => {
      asked.push(performance.now());
      if (asked.length === 1)
        response.writeHead(429, { 'retry-after': '0.4' }).end('{"warning":"too many requests"}');
      else response.end('{"orders":[]}');
    });
    const first = client.get(orders, newContext());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([first, client.get(orders, newContext())]);
    expect(asked).toHaveLength(3);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(390);
  });

  it('sends token and version as headers and filters in the query, percent-encoded', async () => {
    let seen: { url: string | undefined; token: unknown; version: unknown } | undefined;
    const client = await serve(({ url, headers }, response) => {
      seen = { url, token: headers['x-recharge-access-token'], version: headers['x-recharge-version'] };
      response.end('{"orders":[]}');
    });
    await client.get({ ...orders, query: { updated_at_min: '2024-01-01T00:00:00+00:00' } }, newContext());
    expect(seen).toEqual({
      url: '/orders?updated_at_min=2024-01-01T00%3A00%3A00%2B00%3A00',
      token,
      version: '2021-11',
    });
  });
});
