import { describe, expect, test } from 'vitest';
import { cursorOf, timeOf } from './connection.ts';
import {
  expectEarlyRowsHonoured,
  expectNoMultitude,
  filter,
  hour,
  ignoring,
  warnings,
} from './ignored-filters.fixture.ts';
import { expectWhole, rowsApart, startLyingStore, syncOf } from './lying-store.ts';

test.each(['both bounds', 'the bounds in some answers'] as const)(
  'an API that ignores %s: no multitude of records',
  expectNoMultitude,
  120_000,
);

describe('rows outside the window', () => {
  const rows = rowsApart(900, 10 * hour);
  const dueFrom = timeOf(rows[600]?.['updated_at']);
  const dueTo = timeOf(rows[800]?.['updated_at']);
  const due = rows.filter(({ updated_at }) => timeOf(updated_at) >= dueFrom && timeOf(updated_at) <= dueTo);
  const state = { orders: { updated_at: String(rows[600]?.['updated_at']) } };
  const config = { end_date: String(rows[800]?.['updated_at']), settling_minutes: 0 };

  test('are not written, and the state moves at the end', async () => {
    const store = await startLyingStore(rows, ignoring(...filter));
    const run = await syncOf(store, 'orders', { state, config });
    expectWhole(run, 'orders', due, 400);
    expect(run.states('orders')).toHaveLength(1);
    expect(cursorOf(run, 'orders')).toBe(dueTo);
    expect(Object.keys(run.lastState('orders') ?? {})).toEqual(['updated_at']);
    expect(warnings(run)).toEqual([expect.stringMatching(/^WARN orders: .*updated_at_min.*one chain/)]);
  });

  test('of a table within other rows neither', async () => {
    const orders = rows.map((row) => ({ ...row, line_items: [{ title: 'a' }] }));
    const store = await startLyingStore(orders, ignoring(...filter));
    const states = { ...state, order_line_items: { updated_at: String(rows[700]?.['updated_at']) } };
    const run = await syncOf(store, '', {
      streams: ['orders', 'order_line_items'],
      state: states,
      config,
    });
    expectWhole(run, 'orders', due, 400);
    const items = run.records('order_line_items').map(({ order_id }) => Number(order_id));
    expect(new Set(items)).toEqual(new Set(rows.slice(700, 801).map(({ id }) => id)));
  });

  test('do not come a second time, once all has been read', async () => {
    const store = await startLyingStore(rows, ignoring(...filter));
    const first = await syncOf(store, 'orders');
    const again = await startLyingStore(rows, ignoring(...filter));
    const second = await syncOf(again, 'orders', { state: first });
    expect([second.exitCode, second.records('orders').length]).toEqual([0, 1]);
  });
});

test('a listing in no order, too heavy for its first page, is read once', async () => {
  const rows = rowsApart(900, 10 * hour);
  let heavy = 0;
  const store = await startLyingStore(rows, (request, honest) =>
    heavy++ < 2 ? { status: 504, body: {} } : ignoring(...filter)(request, honest),
  );
  expectWhole(await syncOf(store, 'credit_accounts'), 'credit_accounts', rows, 900);
});

describe('what is no ignored filter', () => {
  test('rows that are shown early by a replica that lags', () =>
    expectEarlyRowsHonoured('by a replica that lags'));

  test('an import of one second at the border of two parts', async () => {
    const rows = [
      ...rowsApart(600, hour),
      ...rowsApart(700, 0).map((row) => ({ ...row, id: Number(row['id']) + 5_000 })),
    ];
    const store = await startLyingStore(rows);
    const run = await syncOf(store, 'orders');
    expectWhole(run, 'orders', rows);
    expect(warnings(run)).toEqual([]);
  });
});
