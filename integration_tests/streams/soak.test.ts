import { expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import { FAULT_KINDS } from '../../sandbox/options.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { expectRows, rowsOf, type StreamName } from './expectations.ts';
import { impatient } from './impatience.ts';

/** The same at length: `npm run bench -- soak`. */
test('a fifth of all answers broken, in every way there is: every row arrives, exit 0', {
  timeout: 120_000,
}, async () => {
  const sandbox = await startSandbox({
    token: quickToken,
    size: { orders: 3_000 },
    faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0.2 / FAULT_KINDS.length])),
  });
  const streams: readonly StreamName[] = ['orders', 'customers', 'products', 'store'];
  const run = await sync(configFor(sandbox), { streams, env: impatient, timeout: 100_000 });
  const spoilt = sandbox.requests.filter(({ status, bytes }) => status !== 200 || bytes === 0).length;
  await sandbox.close();
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expect(sandbox.requests.length).toBeGreaterThan(20);
  expect(spoilt).toBeGreaterThan(1);
  for (const stream of streams) {
    const records = new Map(run.records(stream).map((record) => [record['id'], record]));
    expectRows([...records.values()], rowsOf(sandbox, stream));
  }
});

/** Answers wait where they are while the reader does. */
test('a reader that stands still stops the asking, and gets every row when it goes on [OUT-08]', {
  timeout: 60_000,
}, async () => {
  const sandbox = await startSandbox({ token: quickToken, size: { orders: 10_000 }, latencyMs: 30 });
  const seen: number[] = [];
  let stopped = false;
  const run = await sync(configFor(sandbox), {
    streams: ['orders'],
    onLine: (_line, child) => {
      if (stopped) return;
      stopped = true;
      child.stdout?.pause();
      for (const second of [4, 7]) setTimeout(() => seen.push(sandbox.requests.length), second * 1_000);
      setTimeout(() => child.stdout?.resume(), 7_100);
    },
  });
  const [early = 0, late] = seen;
  expect(late).toBe(early);
  expect(early).toBeGreaterThan(0);
  expect(early).toBeLessThan(20);
  expect(sandbox.requests.length).toBeGreaterThanOrEqual(40);
  expect(new Set(run.records('orders').map(({ id }) => id)).size).toBe(10_000);
  expect(run.exitCode).toBe(0);
  await sandbox.close();
});
