import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { configFor, sync, openStore } from './connection.ts';
import { expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** What the requests for orders asked for, in turn. */
export function asked(sandbox: Sandbox, name: string): (string | null)[] {
  return sandbox.requests
    .filter(({ path }) => path === '/orders')
    .map(({ query }) => new URLSearchParams(query).get(name));
}

export async function expectAllOrders(sandbox: Sandbox): Promise<void> {
  const run = await sync(configFor(sandbox), {
    streams: ['orders'],
    syncMode: 'full_refresh',
    env: impatient,
  });
  expect(run.exitCode).toBe(0);
  expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
}

/** An answer that does not come in time halves the page, after the same cursor. */
export async function expectHalvedAfter(fault: 'stall' | 'stallBeforeHeaders'): Promise<void> {
  const sandbox = await openStore({ size: { orders: 900 } });
  sandbox.failNext(fault, 1, ({ query }) => query.has('cursor'));
  await expectAllOrders(sandbox);
  const [limits, cursors] = [asked(sandbox, 'limit').map(Number), asked(sandbox, 'cursor')];
  const late = cursors.findIndex((cursor, index) => cursor !== null && cursor === cursors[index + 1]);
  expect(limits[late + 1]).toBe(Math.floor((limits[late] ?? 0) / 2));
}
