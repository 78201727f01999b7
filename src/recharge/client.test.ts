import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type FaultKind, type Sandbox } from '../../sandbox/index.ts';
import { type ClientOptions, RechargeClient, newAsker } from './client.ts';
import { RechargeError } from './errors.ts';

const token = `sk_test_10x3_${'c0ffee'.repeat(10)}beef`;
const quick: Pick<ClientOptions, 'patience' | 'timeouts'> = {
  patience: { attempts: 2, milliseconds: 5_000 },
  timeouts: { connect: 500, response: 300, body: 300 },
};
const orders = { path: '/orders', key: 'orders', version: '2021-11', query: { limit: 5 } } as const;
const asker = () => newAsker(new AbortController().signal);

async function refusal(promise: Promise<unknown>): Promise<RechargeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RechargeError);
  return error as RechargeError;
}

describe('RechargeClient against the sandbox', () => {
  let sandbox: Sandbox;
  const retries: string[] = [];
  const client = (options: Partial<ClientOptions> = {}) =>
    new RechargeClient({
      token,
      baseUrl: sandbox.url,
      onRetry: (_, reason) => retries.push(reason),
      ...quick,
      ...options,
    });

  beforeEach(async () => {
    retries.length = 0;
    sandbox = await startSandbox({ size: 'small', token });
  });
  afterEach(() => sandbox.close());

  it('gets a page, and knows when it asked', async () => {
    const before = Date.now();
    const one = asker();
    const { rows, askedAt } = await client().get(orders, one);
    expect(rows).toHaveLength(5);
    expect(askedAt).toBeGreaterThanOrEqual(before);
    expect(one).toMatchObject({ asking: 0, requests: 1 });
  });

  it.each<[FaultKind, string]>([
    ['truncated', 'the connection'],
    ['aborted', 'the connection'],
    ['reset', 'the connection'],
    ['stall', 'no answer in time'],
    ['stallBeforeHeaders', 'no answer in time'],
    ['notJson', 'the answer is not a JSON object'],
    ['missingKey', 'the answer has no "orders"'],
    ['error500', 'status 500'],
    ['error502', 'status 502'],
    ['error503', 'status 503'],
    ['error504', 'status 504'],
    ['conflict409', 'A call to this route is already in progress.'],
    ['random429', 'too many requests'],
  ])('asks again after the fault %s', async (fault, reason) => {
    sandbox.failNext(fault);
    const { rows } = await client().get(orders, asker());
    expect(rows).toHaveLength(5);
    expect(retries).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[FaultKind, string]>([
    ['error503', 'unavailable'],
    ['stall', 'unavailable'],
    ['notJson', 'malformed'],
    ['missingKey', 'malformed'],
    ['random429', 'busy'],
  ])('gives up on %s at the end of its patience, as %s', async (fault, kind) => {
    sandbox.failNext(fault, 2);
    expect((await refusal(client().get(orders, asker()))).kind).toBe(kind);
  });

  it('does not ask again when the token is bad, a scope missing or the request refused', async () => {
    expect(await refusal(client({ token: 'other' }).get(orders, asker()))).toMatchObject({
      kind: 'unauthenticated',
      status: 401,
    });
    const bad = { ...orders, query: { sort_by: 'colour-asc' } };
    expect(await refusal(client().get(bad, asker()))).toMatchObject({
      kind: 'refused',
      status: 422,
      said: expect.stringMatching(/sort_by/),
    });
    expect(retries).toEqual([]);
  });

  it('names a missing scope', async () => {
    const narrow = await startSandbox({ size: 'small', token, scopes: ['read_products'] });
    try {
      const error = await refusal(
        new RechargeClient({ token, baseUrl: narrow.url, ...quick }).get(orders, asker()),
      );
      expect(error).toMatchObject({ kind: 'forbidden', status: 403 });
    } finally {
      await narrow.close();
    }
  });

  it('tells who asks of a 429, and until when', async () => {
    const told: number[] = [];
    sandbox.failNext('random429');
    const before = Date.now();
    await client().get(
      orders,
      newAsker(new AbortController().signal, (until) => told.push(until)),
    );
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThan(before);
  });

  it.each<[FaultKind, number]>([
    ['error504', 1],
    ['stall', 1],
    ['error503', 0],
  ])('says that a request was too heavy after %s: %d times', async (fault, times) => {
    sandbox.failNext(fault);
    let limit = 8;
    const ask = () => ({ ...orders, query: { limit } });
    const { rows } = await client().get(ask, asker(), () => {
      limit /= 2;
    });
    expect(rows).toHaveLength(8 / 2 ** times);
  });

  it('stops at once when it is told to', async () => {
    sandbox.failNext('stallBeforeHeaders', 5);
    const stop = new AbortController();
    const asked = client({ timeouts: { connect: 500, response: 60_000, body: 60_000 } }).get(
      orders,
      newAsker(stop.signal),
    );
    setTimeout(() => stop.abort(new Error('told to stop')), 50);
    await expect(asked).rejects.toThrow(/told to stop|abort/);
  });

  it('stops at once in the queue as well', async () => {
    sandbox.answerNext({ status: 429, headers: { 'retry-after': '60' }, body: '{}' });
    const [one, stop] = [client({ patience: { attempts: 9, milliseconds: 90_000 } }), new AbortController()];
    const asked = Promise.allSettled([1, 2, 3].map(() => one.get(orders, newAsker(stop.signal))));
    setTimeout(() => stop.abort(new Error('told to stop')), 200);
    const [, , last] = await asked;
    expect(last).toMatchObject({ status: 'rejected', reason: { message: 'told to stop' } });
  });

  it('has as much patience after a long time in the queue', async () => {
    const one = client({ patience: { attempts: 2, milliseconds: 1_500 } });
    sandbox.answerNext({ status: 429, headers: { 'retry-after': '1.2' }, body: '{}' });
    const first = one.get(orders, asker());
    await new Promise((resolve) => setTimeout(resolve, 150));
    sandbox.failNext('error503');
    await Promise.all([first, one.get(orders, asker())]);
  });

  it('keeps the token out of its errors, however they are printed', async () => {
    for (const fault of ['error500', 'truncated', 'stall', 'notJson', 'random429'] as const) {
      sandbox.failNext(fault, 2);
      const error = await refusal(client().get(orders, asker()));
      expect(inspect(error, { depth: 10 }) + JSON.stringify(error) + error.stack).not.toContain('c0ffee');
    }
  });

  it('answers no 429 to a hundred requests at once', async () => {
    const one = client();
    await Promise.all(Array.from({ length: 100 }, () => one.get(orders, asker())));
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe('RechargeClient against a server that lies', () => {
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
    expect(await refusal(client.get(orders, asker()))).toMatchObject({ kind: 'refused', status: 302 });
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
    expect((await refusal(client.get(orders, asker()))).kind).toBe('malformed');
  });

  it('has no use for more requests while as many pages wait as memory bears', async () => {
    const client = await serve((_, response) => response.end('{"orders":[]}'));
    await client.get(orders, asker());
    expect(client.spare(1_000)).toBeGreaterThan(0);
    client.pagesWaiting = 96;
    expect(client.spare(1_000)).toBe(0);
  });

  it('waits as long as Retry-After says before anybody asks again', async () => {
    const asked: number[] = [];
    const client = await serve((_, response) => {
      asked.push(performance.now());
      if (asked.length === 1)
        response.writeHead(429, { 'retry-after': '0.4' }).end('{"warning":"too many requests"}');
      else response.end('{"orders":[]}');
    });
    const first = client.get(orders, asker());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([first, client.get(orders, asker())]);
    expect(asked).toHaveLength(3);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(390);
  });

  it('sends token and version as headers and filters in the query, percent-encoded', async () => {
    let seen: { url: string | undefined; token: unknown; version: unknown } | undefined;
    const client = await serve(({ url, headers }, response) => {
      seen = { url, token: headers['x-recharge-access-token'], version: headers['x-recharge-version'] };
      response.end('{"orders":[]}');
    });
    await client.get({ ...orders, query: { updated_at_min: '2024-01-01T00:00:00+00:00' } }, asker());
    expect(seen).toEqual({
      url: '/orders?updated_at_min=2024-01-01T00%3A00%3A00%2B00%3A00',
      token,
      version: '2021-11',
    });
  });
});
