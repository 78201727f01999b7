import { expect, test } from 'vitest';
import { configFor, sync, openStore } from './connection.ts';

test('a huge and slow stream does not starve the small ones: they are complete before it is half done [NEW-04]', async () => {
  const sandbox = await openStore({
    token: `sk_test_5x1_${'a7'.repeat(32)}`,
    bucketSize: 12,
    size: { customers: 5_000 },
    latencyMs: ({ path }) => (path === '/customers' ? 400 : 20),
  });
  const small = ['discounts', 'onetimes', 'plans'];
  const run = await sync(configFor(sandbox), { streams: ['customers', ...small] });
  expect(run.exitCode).toBe(0);
  let huge = 0;
  const before = new Map<string, number>();
  for (const message of run.messages) {
    if (message.type === 'RECORD' && message.record.stream === 'customers') huge += 1;
    if (message.type !== 'TRACE' || message.trace.type !== 'STREAM_STATUS') continue;
    const { status, stream_descriptor } = message.trace.stream_status;
    if (status === 'COMPLETE') before.set(stream_descriptor.name, huge);
  }
  for (const stream of small)
    expect([stream, (before.get(stream) ?? huge) < huge / 2]).toEqual([stream, true]);
  expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
});
