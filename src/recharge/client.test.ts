import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type FaultKind, type Sandbox } from '../../sandbox/index.ts';
import { newContext, orders, quick, refusal, token } from './client.fixture.ts';
import { type ClientOptions, RechargeClient, newRequestContext } from './client.ts';

/** Writes down what is told. */
const metricsTo = (told: string[]) => ({
  add: (what: string) => told.push(what),
  retry: (reason: string) => told.push(`retry: ${reason}`),
  wait: (cause: string) => {
    told.push(cause);
    return () => told.push(`-${cause}`);
  },
});

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
    const told: string[] = [];
    const one = newRequestContext(new AbortController().signal, metricsTo(told));
    const { rows, requestedAt } = await client().get(orders, one);
    expect(rows).toHaveLength(5);
    expect(requestedAt).toBeGreaterThanOrEqual(before);
    expect([one.inFlight, told]).toEqual([0, ['limit', '-limit', 'requests', 'api', '-api', '-limit']]);
  });

  it.each<[FaultKind, string]>([
    ['truncated', 'the connection'],
    ['aborted', 'the connection'],
    ['reset', 'the connection'],
    ['stall', 'no answer in time'],
    ['stallBeforeHeaders', 'no answer in time'],
    ['notJson', 'the answer is not valid JSON'],
    ['missingKey', 'the answer has no "orders"'],
    ['error500', 'status 500'],
    ['error502', 'status 502'],
    ['error503', 'status 503'],
    ['error504', 'status 504'],
    ['conflict409', 'A call to this route is already in progress.'],
    ['random429', 'too many requests'],
  ])('asks again after the fault %s', async (fault, reason) => {
    sandbox.failNext(fault);
    const { rows } = await client().get(orders, newContext());
    expect(rows).toHaveLength(5);
    expect(retries).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[FaultKind, string]>([
    ['error503', 'unavailable'],
    ['stall', 'unavailable'],
    ['notJson', 'malformed'],
    ['missingKey', 'malformed'],
    ['random429', 'rateLimited'],
  ])('gives up on %s when its retry policy ends, as %s', async (fault, kind) => {
    sandbox.failNext(fault, 2);
    expect((await refusal(client().get(orders, newContext()))).kind).toBe(kind);
  });

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
    const splitWindow = await startSandbox({ size: 'small', token, scopes: ['read_products'] });
    try {
      const error = await refusal(
        new RechargeClient({ token, baseUrl: splitWindow.url, ...quick }).get(orders, newContext()),
      );
      expect(error).toMatchObject({ kind: 'forbidden', status: 403 });
    } finally {
      await splitWindow.close();
    }
  });

  it('tells who asks of a 429, and until when', async () => {
    const told: number[] = [];
    sandbox.failNext('random429');
    const before = Date.now();
    await client().get(
      orders,
      newRequestContext(new AbortController().signal, undefined, (until) => told.push(until)),
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
    const { rows } = await client().get(ask, newContext(), () => {
      limit /= 2;
    });
    expect(rows).toHaveLength(8 / 2 ** times);
  });

  it('stops at once when it is told to', async () => {
    sandbox.failNext('stallBeforeHeaders', 5);
    const stop = new AbortController();
    const asked = client({ timeouts: { connect: 500, response: 60_000, body: 60_000 } }).get(
      orders,
      newRequestContext(stop.signal),
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
      onRetry: () => isHeld.resolve(),
    });
    one.get(orders, newRequestContext(stop.signal)).catch(() => {});
    await isHeld.promise;
    const asked = Promise.allSettled([1, 2].map(() => one.get(orders, newRequestContext(stop.signal))));
    setTimeout(() => stop.abort(new Error('told to stop')), 200);
    const [, last] = await asked;
    expect(last).toMatchObject({ status: 'rejected', reason: { message: 'told to stop' } });
  });

  it('tries as often after a long time in the queue', async () => {
    const one = client({ retryPolicy: { maxAttempts: 2, maxElapsedMs: 1_500 } });
    sandbox.answerNext({ status: 429, headers: { 'retry-after': '1.2' }, body: '{}' });
    const first = one.get(orders, newContext());
    await new Promise((resolve) => setTimeout(resolve, 150));
    sandbox.failNext('error503');
    await Promise.all([first, one.get(orders, newContext())]);
  });

  it('keeps the token out of its errors, however they are printed', async () => {
    for (const fault of ['error500', 'truncated', 'stall', 'notJson', 'random429'] as const) {
      sandbox.failNext(fault, 2);
      const error = await refusal(client().get(orders, newContext()));
      expect(inspect(error, { depth: 10 }) + JSON.stringify(error) + error.stack).not.toContain('c0ffee');
    }
  });

  it('answers no 429 to a hundred requests at once [NEW-04]', async () => {
    const one = client();
    await Promise.all(Array.from({ length: 100 }, () => one.get(orders, newContext())));
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});
