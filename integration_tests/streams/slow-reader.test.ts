import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, sync } from './connection.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

/** How many requests there were when none had come for two seconds. A machine too busy to send one makes it fewer. */
async function requestsUntilQuiet(): Promise<number> {
  for (;;) {
    const before = sandbox.requests.length;
    await sleep(2_000);
    if (before > 0 && sandbox.requests.length === before) return before;
  }
}

test('a reader that stands still stops the requests, and then gets every row', async () => {
  sandbox = await startSandbox({
    // 20 requests a second of 0.2 s each: about ten at once, the room in the bucket included.
    token: `sk_test_10x1_${'a7'.repeat(32)}`,
    size: { customers: 40_000 },
    latencyMs: 200,
  });
  let whileStalled: number | undefined;
  const stall = async (child: ChildProcess) => {
    child.stdout?.pause();
    whileStalled = await requestsUntilQuiet();
    child.stdout?.resume();
  };
  const run = await sync(configFor(sandbox), {
    streams: ['customers'],
    timeout: 120_000,
    onStart: (child) => void stall(child),
  });
  expect(run.exitCode).toBe(0);
  expect(new Set(run.records('customers').map(({ id }) => id)).size).toBe(40_000);
  expect(whileStalled).toBeLessThan(40);
  expect(sandbox.requests.length).toBeGreaterThanOrEqual(160);
}, 150_000);
