import { expect, test } from 'vitest';
import { type Sandbox } from '../../sandbox/index.ts';
import { configFor, sync, openStore } from './connection.ts';
import { expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

let sandbox: Sandbox;

/** What the requests for orders asked for, in turn. */
function asked(name: string): (string | null)[] {
  return sandbox.requests
    .filter(({ path }) => path === '/orders')
    .map(({ query }) => new URLSearchParams(query).get(name));
}

async function expectAllOrders(): Promise<void> {
  const run = await sync(configFor(sandbox), {
    streams: ['orders'],
    syncMode: 'full_refresh',
    env: impatient,
  });
  expect(run.exitCode).toBe(0);
  expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
}

test('a 504 halves the page, down to 10 rows; it grows back, and no row is lost or comes twice', async () => {
  sandbox = await openStore({ size: { orders: 900 } });
  sandbox.failNext('error504', 6, ({ query }) => query.has('cursor'));
  await expectAllOrders();
  const limits = asked('limit').map(Number);
  expect(limits.slice(0, 8)).toEqual([250, 250, 125, 62, 31, 15, 10, 10]);
  expect(limits.slice(8)).toContain(40);
  expect(Math.min(...limits)).toBe(10);
});

test.each(['stallBeforeHeaders', 'stall'] as const)(
  'an answer that does not come in time (%s) halves the page as a 504 does, after the same cursor',
  async (fault) => {
    sandbox = await openStore({ size: { orders: 900 } });
    sandbox.failNext(fault, 1, ({ query }) => query.has('cursor'));
    await expectAllOrders();
    const [limits, cursors] = [asked('limit').map(Number), asked('cursor')];
    const late = cursors.findIndex((cursor, index) => cursor !== null && cursor === cursors[index + 1]);
    expect(limits[late + 1]).toBe(Math.floor((limits[late] ?? 0) / 2));
  },
);

test('a first request that gets a 504 asks for half the time as well as half the page', async () => {
  sandbox = await openStore({ size: { orders: 900 }, heavyWindowRows: 300 });
  await expectAllOrders();
  const [first, second] = asked('updated_at_max');
  expect(first).toBeNull();
  expect(second).not.toBeNull();
  expect(asked('limit').slice(0, 2)).toEqual(['250', '125']);
});

test('where the API takes no other limit beside a cursor, the page size stays as it was', async () => {
  sandbox = await openStore({ size: { orders: 900 }, otherLimitBesideCursor: 'refuse' });
  sandbox.failNext('error504', 1, ({ query }) => query.has('cursor'));
  await expectAllOrders();
  expect(asked('limit')).toEqual(['250', '250', '125', '250', '250', '250']);
});
