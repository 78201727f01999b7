import { expect, test } from 'vitest';
import { configure, type SourceMessage } from '../../src/airbyte/testing/index.ts';
import { acceptanceStore } from './store.ts';

/** What a person sees while the connector waits for Recharge. */
const store = await acceptanceStore();
store.sandbox.failNext('random429', 2, '/orders');
const begun = Date.now();
const run = await store.read({ catalog: configure(store.streams, { streams: ['orders'] }) });

const isLimited = (message: SourceMessage) =>
  message.type === 'TRACE' &&
  message.trace.type === 'STREAM_STATUS' &&
  message.trace.stream_status.reasons !== undefined;

test('each refusal for the rate is RATE_LIMITED, with the time it ends, after STARTED [SS-04, NEW-02]', () => {
  const limited = run.messages.filter(isLimited);
  expect(limited).toHaveLength(2);
  for (const message of limited) {
    if (message.type !== 'TRACE' || message.trace.type !== 'STREAM_STATUS') throw new Error('no status');
    const [reason] = message.trace.stream_status.reasons ?? [];
    expect(message.trace.stream_status.status).toBe('RUNNING');
    expect(reason?.rate_limited?.quota_reset).toBeGreaterThan(begun);
    expect(Number.isInteger(reason?.rate_limited?.quota_reset)).toBe(true);
  }
  expect(run.statuses('orders')[0]).toBe('STARTED');
  expect([run.exitCode, run.records('orders').length]).toEqual([0, store.sandbox.served('/orders').length]);
});

test('the summary says what was waited for, and why [HB-02]', () => {
  const summary = run.logs().find((line) => line.startsWith('INFO Summary of orders: '));
  expect(summary).toMatch(/, 2 retries \(429: 2\); waited [\d.]+ s for the rate limit/);
});
