import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Sandbox } from '../../sandbox/index.ts';
import { configFor, sync, openStore } from './connection.ts';

let sandbox: Sandbox;

/** How many requests there were when none had come for a second. A machine too busy to send one makes it fewer. */
async function requestsUntilQuiet(): Promise<number> {
  for (;;) {
    const before = sandbox.requests.length;
    await sleep(1_000);
    if (before > 0 && sandbox.requests.length === before) return before;
  }
}

/** Answers wait where they are while the reader does. */
test('a reader that stands still stops the requests, and gets every row when it goes on [OUT-08]', async () => {
  sandbox = await openStore({ size: { orders: 10_000 }, latencyMs: 30 });
  let whileStalled: number | undefined;
  const stall = async (child: ChildProcess) => {
    child.stdout?.pause();
    whileStalled = await requestsUntilQuiet();
    child.stdout?.resume();
  };
  let isStalled = false;
  const run = await sync(configFor(sandbox), {
    streams: ['orders'],
    onLine: (_line, child) => {
      if (isStalled) return;
      isStalled = true;
      void stall(child);
    },
  });
  expect(run.exitCode).toBe(0);
  expect(new Set(run.records('orders').map(({ id }) => id)).size).toBe(10_000);
  expect(whileStalled).toBeLessThan(20);
  expect(sandbox.requests.length).toBeGreaterThanOrEqual(40);
});
