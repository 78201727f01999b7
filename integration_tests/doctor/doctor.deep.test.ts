import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { configFor, openStore } from '../streams/connection.ts';
import { reportOf } from './run-doctor.ts';

test('a store that asks for more than 120 GETs: what matters less is "not asked"', async () => {
  const sandbox = await openStore({ size: 'demo' });
  const report = await reportOf(configFor(sandbox));
  expect([report.asked, report.stopped, sandbox.requests.length]).toEqual([120, 'limit', 120]);
  expect(report.endpoints.map(({ status }) => status)).not.toContain('not asked');
  expect(JSON.stringify(report)).toContain('"not asked"');
});

describe('the rate limit', () => {
  const after = (sandbox: Sandbox, requests: number) =>
    sandbox.answerNext({ status: 401 }, 100, () => sandbox.requests.length >= requests);
  /** Milliseconds from the first request to the last. */
  const took = ({ requests }: Sandbox) => Number(requests.at(-1)?.at) - Number(requests[0]?.at);

  test('half of what leaks is used', async () => {
    const sandbox = await openStore({ token: `sk_test_5x1_${'a7'.repeat(32)}` });
    after(sandbox, 10);
    await reportOf(configFor(sandbox));
    expect(sandbox.requests).toHaveLength(11);
    // 10 a second leak. The first request may arrive late.
    expect(took(sandbox)).toBeGreaterThanOrEqual(10 * 200 - 150);
    expect(Math.max(...sandbox.requests.map(({ used }) => used ?? 0))).toBeLessThanOrEqual(3);
  });

  test('max_requests_per_second caps it', async () => {
    const sandbox = await openStore();
    after(sandbox, 3);
    await reportOf(configFor(sandbox, { max_requests_per_second: 2 }));
    expect(took(sandbox)).toBeGreaterThanOrEqual(3 * 500 - 150);
  });

  test('a bucket that others fill is left to half', async () => {
    const sandbox = await openStore({ token: `sk_test_2x1_${'a7'.repeat(32)}` });
    after(sandbox, 32);
    const headers = { 'x-recharge-access-token': sandbox.token, 'x-recharge-version': '2021-11' };
    await Promise.all(Array.from({ length: 30 }, () => fetch(`${sandbox.url}/store`, { headers })));
    await reportOf(configFor(sandbox));
    const [first, second] = sandbox.requests.slice(30);
    // The first tells that more than half is used, and 4 a second leak.
    expect(first?.used).toBeGreaterThan(25);
    expect(second?.used).toBeLessThanOrEqual(20);
  });
});
