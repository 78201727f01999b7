import { describe, expect, it } from 'vitest';
import { Bucket, tierOf } from '../http/bucket.ts';
import { ask, open, sorted } from './client.ts';

// docs/recharge-api.md#rate-limit
describe('the bucket', () => {
  it('admits its size at once, then one request for each that leaks', () => {
    const bucket = new Bucket(40, 2, 0);
    const burst = Array.from({ length: 41 }, () => bucket.take(0));
    expect(burst.map(({ admitted }) => admitted)).toEqual([...Array.from({ length: 40 }, () => true), false]);
    expect(burst.map(({ used }) => used).slice(38)).toEqual([39, 40, 40]);
    expect(bucket.take(499).admitted).toBe(false);
    expect(bucket.take(500).admitted).toBe(true);
    expect(bucket.take(500).admitted).toBe(false);
    expect(bucket.used(10_500)).toBe(20);
    expect(bucket.used(60_000)).toBe(0);
  });

  it('never fills when requests come at its leak rate', () => {
    const bucket = new Bucket(40, 2, 0);
    for (let at = 0; at < 600_000; at += 500) expect(bucket.take(at).admitted).toBe(true);
  });

  it('leaves less room when another program uses the same bucket', () => {
    const bucket = new Bucket(40, 2, 0);
    bucket.spendElsewhere(1, 0);
    let admitted = 0;
    for (let at = 0; at < 1_000_000; at += 100) if (bucket.take(at).admitted) admitted += 1;
    expect(admitted).toBeGreaterThan(1000);
    expect(admitted).toBeLessThan(1050);
  });

  it('tells the seconds until a request fits', () => {
    const bucket = new Bucket(2, 2, 0);
    bucket.take(0);
    expect(bucket.wait(0)).toBe(0);
    bucket.take(0);
    expect(bucket.wait(0)).toBe(0.5);
  });

  it.each([
    ['sk_1x1_ab', 2, 40],
    ['sk_test_2x1_ab', 4, 40],
    ['sk_10x3_ab', 20, 120],
    ['3f2504e04f8911d39a0c0305e82c3301', 2, 40],
  ])('the token %s leaks %i a second from a bucket of %i', (token, leak, size) => {
    expect(tierOf(token)).toEqual({ leak, size });
  });
});

// docs/recharge-api.md#rate-limit-headers
describe('the bucket over HTTP', () => {
  it('sends the level with every response to a known token', async () => {
    const sandbox = await open({ leakPerSecond: 0.001, faults: {} });
    sandbox.failNext('error500', 1, '/orders');
    const paths = ['/', '/orders', '/nowhere', '/orders?limit=0', '/customers'];
    for (const [at, path] of paths.entries()) {
      expect((await ask(sandbox, path)).headers.get('X-Recharge-Limit')).toBe(`${at + 1}/40`);
    }
  });

  it('answers 429 with a warning when full, before it checks version and path', async () => {
    const sandbox = await open({ token: 'sk_test_1x2_ab', leakPerSecond: 0.001 });
    const answers = await Promise.all(Array.from({ length: 81 }, async () => ask(sandbox, '/')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    const refused = await ask(sandbox, '/nowhere', '', { 'X-Recharge-Version': 'x' });
    expect([refused.status, refused.body]).toEqual([429, { warning: 'too many requests' }]);
    expect(refused.headers.get('X-Recharge-Limit')).toBe('80/80');
    expect(refused.headers.get('Retry-After')).toBeNull();
    expect((await ask(sandbox, '/', '2021-11', { 'X-Recharge-Access-Token': 'x' })).status).toBe(401);
    expect(sandbox.counts()['/']?.refused429).toBe(1);
  });

  it('sends Retry-After in whole seconds when retryAfter is set', async () => {
    const sandbox = await open({ bucketSize: 1, leakPerSecond: 0.25, retryAfter: true });
    await ask(sandbox, '/');
    expect((await ask(sandbox, '/')).headers.get('Retry-After')).toBe('4');
  });

  it('takes leak and size from the options before the token', async () => {
    const sandbox = await open({ token: 'sk_10x3_ab', bucketSize: 3, leakPerSecond: 0.001 });
    expect((await ask(sandbox, '/')).headers.get('X-Recharge-Limit')).toBe('1/3');
  });

  it('tells the level at the request, or at the response when countOn says so', async () => {
    const used = async (countOn: 'request' | 'response'): Promise<(string | null)[]> => {
      const sandbox = await open({ countOn, leakPerSecond: 0.001, latencyMs: 150 });
      const answers = await Promise.all(Array.from({ length: 5 }, async () => ask(sandbox, '/')));
      return sorted(answers.map(({ headers }) => headers.get('X-Recharge-Limit')));
    };
    expect(await used('request')).toEqual(['1/40', '2/40', '3/40', '4/40', '5/40']);
    expect(await used('response')).toEqual(['5/40', '5/40', '5/40', '5/40', '5/40']);
  });

  it('spendElsewhere fills the bucket of a running sandbox', async () => {
    const sandbox = await open({});
    sandbox.spendElsewhere(10_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask(sandbox, '/')).status).toBe(429);
    sandbox.spendElsewhere(0);
  });
});

describe('the request log', () => {
  it('holds each request with its status and size', async () => {
    const sandbox = await open({});
    await ask(sandbox, '/orders?limit=3', '2021-01');
    await ask(sandbox, '/customers/7/delivery_schedule');
    const [first, second] = sandbox.requests;
    expect(first).toMatchObject({
      method: 'GET',
      path: '/orders',
      query: 'limit=3',
      version: '2021-01',
      status: 200,
      used: 1,
    });
    expect(first?.bytes).toBeGreaterThan(1000);
    expect(second).toMatchObject({ path: '/customers/7/delivery_schedule', status: 404 });
    expect(Object.keys(sandbox.counts())).toEqual(['/orders', '/customers/{id}/delivery_schedule']);
  });
});
