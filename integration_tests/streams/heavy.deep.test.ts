import { expect, test } from 'vitest';
import { openStore } from './connection.ts';
import { asked, expectAllOrders, expectHalvedAfter } from './heavy.fixture.ts';

test('an answer that does not come in time (stallBeforeHeaders) halves the page as a 504 does, after the same cursor', () =>
  expectHalvedAfter('stallBeforeHeaders'));

test('where the API takes no other limit beside a cursor, the page size stays as it was', async () => {
  const sandbox = await openStore({ size: { orders: 900 }, otherLimitBesideCursor: 'refuse' });
  sandbox.failNext('error504', 1, ({ query }) => query.has('cursor'));
  await expectAllOrders(sandbox);
  expect(asked(sandbox, 'limit')).toEqual(['250', '250', '125', '250', '250', '250']);
});
