import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox, type FaultKind, type Sandbox } from '../../sandbox/index.ts';
import { newContext, orders, quick, refusal, serve, token } from './client.fixture.ts';
import type { RechargeErrorKind } from './errors.ts';
import { type ClientOptions, RechargeClient } from './client.ts';

/** Writes down what is told. */
const metricsTo = (told: string[]) => ({
  add: (what: string) => told.push(what),
  retry: (reason: string) => told.push(`retry: ${reason}`),
  wait: (cause: string) => {
    told.push(cause);
    return () => told.push(`-${cause}`);
  },
});

const sandbox = await startSandbox({ size: 'small', token });
afterAll(() => sandbox.close());

/** One that no other test has asked. */
async function openSandbox(scopes?: readonly string[]): Promise<Sandbox> {
  const own = await startSandbox({ size: 'small', token, ...(scopes && { scopes }) });
  onTestFinished(() => own.close());
  return own;
}

const retries: string[] = [];
beforeEach(() => retries.splice(0));
const client = (options: Partial<ClientOptions> = {}) =>
  new RechargeClient({
    token,
    baseUrl: sandbox.url,
    onRetry: (_, reason) => retries.push(reason),
    ...quick,
    ...options,
  });

describe('RechargeClient against the sandbox', () => {
  it('gets a page, and knows when it asked', async () => {
    const before = Date.now();
    const told: string[] = [];
    const one = newContext({ metrics: metricsTo(told) });
    const { rows, requestedAt } = await client().get(orders, one);
    expect(rows).toHaveLength(5);
    expect(requestedAt).toBeGreaterThanOrEqual(before);
    expect([one.inFlight, told]).toEqual([0, ['limit', '-limit', 'requests', 'api', '-api', '-limit']]);
  });

  it.each<[FaultKind, string, RechargeErrorKind]>([
    ['truncated', 'the connection', 'unavailable'],
    ['aborted', 'the connection', 'unavailable'],
    ['reset', 'the connection', 'unavailable'],
    ['stall', 'no answer in time', 'unavailable'],
    ['stallBeforeHeaders', 'no answer in time', 'unavailable'],
    ['notJson', 'the answer is not valid JSON', 'malformed'],
    ['missingKey', 'the answer has no "orders"', 'malformed'],
    ['error500', 'status 500', 'unavailable'],
    ['error502', 'status 502', 'unavailable'],
    ['error503', 'status 503', 'unavailable'],
    ['error504', 'status 504', 'unavailable'],
    ['conflict409', 'A call to this route is already in progress.', 'unavailable'],
    ['random429', 'too many requests', 'rateLimited'],
  ])(
    'asks again after the fault %s (%s), and gives up on it as %s, without the token',
    async (fault, reason, kind) => {
      sandbox.failNext(fault, 3);
      const error = await refusal(client().get(orders, newContext()));
      expect(error.kind).toBe(kind);
      expect(inspect(error, { depth: 10 }) + JSON.stringify(error) + error.stack).not.toContain('c0ffee');
      const { rows } = await client().get(orders, newContext());
      expect(rows).toHaveLength(5);
      expect(retries).toEqual([expect.stringContaining(reason), expect.stringContaining(reason)]);
    },
  );

  it('does not ask again when the token is bad, a scope missing or the request refused', async () => {
    expect(await refusal(client({ token: 'other' }).get(orders, newContext()))).toMatchObject({
      kind: 'unauthenticated',
      status: 401,
    });
    const bad = { ...orders, query: { sort_by: 'colour-asc' } };
    expect(await refusal(client().get(bad, newContext()))).toMatchObject({
      kind: 'rejected',
      status: 422,
      apiMessage: expect.stringMatching(/sort_by/),
    });
    expect(retries).toEqual([]);
  });

  it('names a missing scope', async () => {
    const { url } = await openSandbox(['read_products']);
    const error = await refusal(client({ baseUrl: url }).get(orders, newContext()));
    expect(error).toMatchObject({ kind: 'forbidden', status: 403 });
  });

  it('tells who asks of a 429, and until when', async () => {
    const told: number[] = [];
    sandbox.failNext('random429');
    const before = Date.now();
    await client().get(orders, newContext({ onRateLimited: (until) => told.push(until) }));
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
    const { rows } = await client().get(ask, newContext(), () => {
      limit /= 2;
    });
    expect(rows).toHaveLength(8 / 2 ** times);
  });

  it('stops at once when it is told to', async () => {
    sandbox.failNext('stallBeforeHeaders');
    const stop = new AbortController();
    const asked = client({ timeouts: { connect: 500, response: 60_000, body: 60_000 } }).get(
      orders,
      newContext({ signal: stop.signal }),
    );
    setTimeout(() => stop.abort(new Error('told to stop')), 50);
    await expect(asked).rejects.toThrow(/told to stop|abort/);
  });

  it('stops at once in the queue as well', async () => {
    sandbox.answerNext({ status: 429, headers: { 'retry-after': '60' }, body: '{}' });
    const stop = new AbortController();
    const isHeld = Promise.withResolvers<void>();
    const one = client({
      retryPolicy: { maxAttempts: 9, maxElapsedMs: 90_000 },
      onRetry: (_, reason) => reason === 'status 429' && isHeld.resolve(),
    });
    one.get(orders, newContext({ signal: stop.signal })).catch(() => {});
    await isHeld.promise;
    const asked = Promise.allSettled([1, 2].map(() => one.get(orders, newContext({ signal: stop.signal }))));
    setTimeout(() => stop.abort(new Error('told to stop')), 200);
    const [, last] = await asked;
    expect(last).toMatchObject({ status: 'rejected', reason: { message: 'told to stop' } });
  });

  it('tries as often after a long time in the queue', async () => {
    const one = client({ retryPolicy: { maxAttempts: 2, maxElapsedMs: 1_500 } });
    sandbox.answerNext({ status: 429, headers: { 'retry-after': '1.2' }, body: '{}' });
    const first = one.get(orders, newContext());
    await new Promise((resolve) => setTimeout(resolve, 150));
    sandbox.failNext('error503', 1, '/customers');
    const customers = { ...orders, path: '/customers', key: 'customers' };
    await Promise.all([first, one.get(customers, newContext())]);
  });

  it('answers no 429 to a hundred requests at once [NEW-04]', async () => {
    const { url, requests } = await openSandbox();
    const one = client({ baseUrl: url });
    await Promise.all(Array.from({ length: 100 }, () => one.get(orders, newContext())));
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe('RechargeClient against a server that lies [E-12]', () => {
  it('never follows a redirect to another host', async () => {
    let followed = 0;
    const elsewhere = await serve((_, response) => {
      followed++;
      response.end('{"orders":[]}');
    });
    const location = `${elsewhere}/orders`;
    const baseUrl = await serve((_, response) => response.writeHead(302, { location }).end());
    expect(await refusal(client({ baseUrl }).get(orders, newContext()))).toMatchObject({
      kind: 'rejected',
      status: 302,
    });
    expect(followed).toBe(0);
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
    const baseUrl = await serve((_, response) => response.end(body));
    expect((await refusal(client({ baseUrl }).get(orders, newContext()))).kind).toBe('malformed');
  });

  it('waits as long as Retry-After says before anybody asks again', async () => {
    const asked: number[] = [];
    const baseUrl = await serve((_, response) => {
      asked.push(performance.now());
      if (asked.length === 1)
        response.writeHead(429, { 'retry-after': '0.4' }).end('{"warning":"too many requests"}');
      else response.end('{"orders":[]}');
    });
    const one = client({ baseUrl });
    const first = one.get(orders, newContext());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([first, one.get(orders, newContext())]);
    expect(asked).toHaveLength(3);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(390);
  });

  it('sends token and version as headers and filters in the query, percent-encoded', async () => {
    let seen: { url: string | undefined; token: unknown; version: unknown } | undefined;
    const baseUrl = await serve(({ url, headers }, response) => {
      seen = { url, token: headers['x-recharge-access-token'], version: headers['x-recharge-version'] };
      response.end('{"orders":[]}');
    });
    await client({ baseUrl }).get(
      { ...orders, query: { updated_at_min: '2024-01-01T00:00:00+00:00' } },
      newContext(),
    );
    expect(seen).toEqual({
      url: '/orders?updated_at_min=2024-01-01T00%3A00%3A00%2B00%3A00',
      token,
      version: '2021-11',
    });
  });
});
