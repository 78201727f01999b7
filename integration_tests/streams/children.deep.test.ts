import { describe, expect, test } from 'vitest';
import {
  childrenOf,
  comparable,
  expectAnew,
  expectOneListing,
  itemsOf,
  namesOf,
  parents,
  storeOfParents,
} from './children.fixture.ts';
import { configFor, sync } from './connection.ts';
import { heldAfter } from './expectations.ts';

/** Of the parents that children.test.ts leaves out, and of version 2021-01. */
const sandbox = await storeOfParents();

describe('one listing feeds the parent and its children', () => {
  test.each(parents.filter((name) => name !== 'charges'))(
    '%s: the same requests with all its children as without, and the same rows',
    (parent) => expectOneListing(sandbox, parent),
  );
});

test('a full refresh of orders begins anew, what it shares its listing with goes on from its state', () =>
  expectAnew(sandbox, 'orders'));

test('with use_orders_deprecated_api the tables of orders have the items as version 2021-01 sends them, for no request more', async () => {
  const ofOrders = childrenOf('orders');
  const old = configFor(sandbox, { use_orders_deprecated_api: true });
  const start = sandbox.requests.length;
  const alone = await sync(old, { streams: ['orders'] });
  const middle = sandbox.requests.length;
  const run = await sync(old, { streams: ['orders', ...namesOf(ofOrders)] });
  const asked = (from: number, to?: number) => sandbox.requests.slice(from, to).map(({ query }) => query);
  expect(asked(middle)).toEqual(asked(start, middle));
  const orders = heldAfter('orders', alone);
  for (const table of ofOrders) {
    const items = itemsOf(table, orders);
    expect([table.name, items.length > 20]).toEqual([table.name, true]);
    expect(new Set(comparable(run.records(table.name)))).toEqual(new Set(comparable(items)));
  }
  expect(run.lastState('order_discounts')).toEqual(run.lastState('orders'));
  expect([run.exitCode, run.warnings()]).toEqual([0, []]);
});
