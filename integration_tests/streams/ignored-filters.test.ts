import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { cursorOf, timeOf } from './connection.ts';
import { asking, expectWhole, type Lie, rowsApart, startLyingStore, syncOf } from './lying-store.ts';

const minute = 60_000;
const hour = 60 * minute;
const filter = ['updated_at_min', 'updated_at_max'];
const warnings = (run: Run) => run.logs().filter((line) => line.startsWith('WARN'));

/** An API that does not know these parameters. */
const ignoring =
  (...names: readonly string[]): Lie =>
  ({ query }, honest) =>
    honest(asking(query, Object.fromEntries(names.map((name) => [name, undefined]))));

/** One that keeps to the filter in some answers. */
function ignoringSome(): Lie {
  const roll = dice();
  return (request, honest) => (roll(2) === 0 ? honest() : ignoring(...filter)(request, honest));
}

/** Streams of version 2021-11, and how far from each other their rows are. */
const distances = { addresses: 1_000, charges: minute, customers: hour, discounts: 10 * hour };
const names = [...Object.keys(distances), 'orders'];

test.each<[string, () => Lie]>([
  ['both bounds', () => ignoring(...filter)],
  ['the lower bound', () => ignoring('updated_at_min')],
  ['the upper bound', () => ignoring('updated_at_max')],
  ['the bounds in some answers', ignoringSome],
  ['bounds and order', () => ignoring(...filter, 'sort_by')],
])(
  'an API that ignores %s: no multitude of records',
  async (_name, lieOf) => {
    for (const apart of [1_000, 10 * hour]) {
      const all = new Map(Object.entries({ ...distances, orders: apart }));
      const rowsOf = (stream: string) => rowsApart(900, all.get(stream) ?? Number.NaN);
      const store = await startLyingStore((path) => rowsOf(path.slice(1)), lieOf());
      // Of orders in version 2021-01.
      const streams = apart === 1_000 ? names : ['orders'];
      const options = { config: { use_orders_deprecated_api: true }, timeout: 55_000 };
      const run = await syncOf(store, streams, options);
      for (const stream of streams) expectWhole(run, stream, rowsOf(stream), 3_000);
    }
  },
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
  test.each([
    ['by the clocks of another zone', 5 * hour],
    ['by a replica that lags', 30 * minute],
  ])('rows that are shown early %s', async (_name, early) => {
    const rows = rowsApart(3_000, minute);
    const store = await startLyingStore(rows, (_request, honest) => {
      const { body, ...reply } = honest();
      const orders = body['orders'] as { updated_at: string }[];
      const shown = orders.map((row) => ({
        ...row,
        updated_at: new Date(timeOf(row.updated_at) - early).toISOString(),
      }));
      return { ...reply, body: { ...body, orders: shown } };
    });
    const run = await syncOf(store, 'orders', { config: { start_date: '2020-01-01' } });
    expectWhole(run, 'orders', rows);
    expect(warnings(run).filter((line) => line.includes('updated_at_min'))).toEqual([]);
  });

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
