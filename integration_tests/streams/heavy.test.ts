import { expect, test } from 'vitest';
import { openStore } from './connection.ts';
import { asked, expectAllOrders, expectHalvedAfter } from './heavy.fixture.ts';

test('a 504 halves the page, down to 10 rows; it grows back, and no row is lost or comes twice', async () => {
  const sandbox = await openStore({ size: { orders: 900 } });
  sandbox.failNext('error504', 6, ({ query }) => query.has('cursor'));
  await expectAllOrders(sandbox);
  const limits = asked(sandbox, 'limit').map(Number);
  expect(limits.slice(0, 8)).toEqual([250, 250, 125, 62, 31, 15, 10, 10]);
  expect(limits.slice(8)).toContain(40);
  expect(Math.min(...limits)).toBe(10);
});

test('an answer that does not come in time (stall) halves the page as a 504 does, after the same cursor', () =>
  expectHalvedAfter('stall'));

test('a first request that gets a 504 asks for half the time as well as half the page', async () => {
  const sandbox = await openStore({ size: { orders: 900 }, heavyWindowRows: 300 });
  await expectAllOrders(sandbox);
  const [first, second] = asked(sandbox, 'updated_at_max');
  expect(first).toBeNull();
  expect(second).not.toBeNull();
  expect(asked(sandbox, 'limit').slice(0, 2)).toEqual(['250', '125']);
});
