import { expect, test } from 'vitest';
import { type Sandbox } from '../../sandbox/index.ts';
import { configFor, sync, openStore } from './connection.ts';

let sandbox: Sandbox;

test('a stream of a few pages is never split, however much room there is', async () => {
  sandbox = await openStore({ size: { orders: 700 }, latencyMs: 200 });
  const run = await sync(configFor(sandbox), { streams: ['orders'] });
  expect(run.exitCode).toBe(0);
  expect(sandbox.requests).toHaveLength(3);
});

test('max_requests_per_second caps all streams together [NEW-04]', async () => {
  sandbox = await openStore({ token: `sk_test_10x3_${'a7'.repeat(32)}` });
  const streams = ['orders', 'charges', 'customers', 'discounts', 'onetimes', 'plans'];
  const run = await sync(configFor(sandbox, { max_requests_per_second: 4 }), { streams });
  expect(run.exitCode).toBe(0);
  const times = sandbox.requests.map(({ at }) => at.getTime());
  expect(times.length).toBeGreaterThan(8);
  // Load can only make it longer, but for a first request that was slow to arrive.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan((times.length - 3) * 250);
});
