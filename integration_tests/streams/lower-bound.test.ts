import { beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { type Config, configFor, sharedStore, sync, syncThrough, utc } from './connection.ts';
import { changedAt, expectRows, lasting, rowsOf, type StreamName } from './expectations.ts';
import { type ApiRow, type Change, json } from './front.ts';

const day = 86_400_000;

const sandbox = await sharedStore();

/** What a sync brings from a store whose collections and orders are these rows, whatever is asked. */
async function idsRead(stream: string, rows: readonly ApiRow[], from: string): Promise<unknown[]> {
  const all: Change = async ({ path }) => json({ next_cursor: null, [path.slice(1)]: rows });
  const run = await syncThrough(sandbox, all, {
    streams: [stream],
    state: { [stream]: { updated_at: from } },
  });
  expect(run.exitCode).toBe(0);
  return run.records(stream).map(({ id }) => id);
}

describe('instants are compared, not texts', () => {
  const rows = [
    { id: 1, updated_at: '2024-05-01T12:00:00+05:00' },
    { id: 2, updated_at: '2024-05-01T07:59:59+00:00' },
    { id: 3, updated_at: '2024-05-01T08:00:00+00:00' },
    { id: 4, updated_at: '2024-05-01T04:00:01-04:00' },
    { id: 5, updated_at: '2024-05-01T08:00:00Z' },
    { id: 6, updated_at: '2024-05-01T08:00:00.250000+00:00' },
    { id: 7, updated_at: '2024-05-01 13:30:00+0530' },
  ];

  test.each(['2024-05-01T08:00:00+0000', '2024-05-01 04:00:00-04:00'])(
    'from the cursor %s on [MIG-01, MIG-04]',
    async (from) => {
      expect(await idsRead('collections', rows, from)).toEqual([3, 4, 5, 6, 7]);
    },
  );
});

describe('a row without a cursor value is emitted, in every sync', () => {
  const rows = [
    { id: 1, updated_at: null },
    { id: 2 },
    { id: 3, updated_at: '' },
    { id: 4, updated_at: 'soon' },
    { id: 5, updated_at: '2024-05-01T08:00:00+00:00' },
  ];

  test.each(['orders', 'collections'])('%s', async (stream) => {
    expect(await idsRead(stream, rows, '2024-05-01T08:00:00+00:00')).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the bound is inclusive [STO-05]', () => {
  test('a whole import in the second of the saved cursor, longer than a page, comes again', async () => {
    const seconds = Map.groupBy(rowsOf(sandbox, 'discounts'), changedAt);
    const [second, tied] = [...seconds].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [0, []];
    expect(tied.length).toBeGreaterThan(250);
    const state = { discounts: { updated_at: utc(second) } };
    const run = await sync(configFor(sandbox), { streams: ['discounts'], state });
    expectRows(
      run.records('discounts'),
      rowsOf(sandbox, 'discounts').filter((row) => changedAt(row) >= second),
    );
  });
});

describe('start_date', () => {
  const listed = lasting;
  const due = (stream: StreamName) => rowsOf(sandbox, stream).filter((row) => changedAt(row) >= start);
  let start: number;
  let config: Config;
  let run: Run;
  beforeAll(async () => {
    start = Math.ceil(middle('orders') / day) * day;
    config = configFor(sandbox, { start_date: utc(start).slice(0, 10) });
    run = await sync(config, { streams: listed });
  });

  test.each(listed)('%s: no row from before it', (stream) => {
    expect(due(stream).length).toBeLessThan(rowsOf(sandbox, stream).length);
    expectRows(run.records(stream), due(stream));
  });

  test('a state from before it reads from start_date on', async () => {
    const old = { updated_at: `${sandbox.firstDay}T00:00:00+00:00` };
    const streams = ['orders', 'products'] as const;
    const again = await sync(config, { streams, state: { orders: old, products: old } });
    expect(lastBound('/orders')).toBe(utc(start));
    for (const stream of streams) expectRows(again.records(stream), due(stream));
  });
});

describe('lookback_window_days', () => {
  test('reads that much before the saved cursor again, and leaves the cursor where it is', async () => {
    const saved = middle('orders');
    const state = { orders: { updated_at: utc(saved) }, products: { updated_at: utc(saved) } };
    const lastDay = utc(saved - day).slice(0, 10);
    const config = configFor(sandbox, { lookback_window_days: 7, end_date: lastDay });
    const run = await sync(config, { streams: ['orders', 'products'], state });
    expect(lastBound('/orders')).toBe(utc(saved - 7 * day));
    const inside = (row: ApiRow) =>
      changedAt(row) >= saved - 7 * day && changedAt(row) <= Date.parse(`${lastDay}T23:59:59Z`);
    for (const stream of ['orders', 'products'] as const) {
      expectRows(run.records(stream), rowsOf(sandbox, stream).filter(inside));
      expect(run.lastState(stream)).toEqual(state[stream]);
    }
    expect(run.records('orders').length).toBeGreaterThan(0);
  });

  test.each([100_000, Number.MAX_SAFE_INTEGER])('%d: never goes before start_date', async (days) => {
    const config = configFor(sandbox, { lookback_window_days: days });
    await sync(config, { streams: ['orders'], state: { orders: { updated_at: utc(middle('orders')) } } });
    expect(lastBound('/orders')).toBe(`${sandbox.firstDay}T00:00:00+00:00`);
  });
});

/** The latest `updated_at_min` that a listing was asked for. */
function lastBound(path: string): string | null {
  const bounded = sandbox.requests.findLast((entry) => entry.path === path && entry.query.includes('_min'));
  return new URLSearchParams(bounded?.query).get('updated_at_min');
}

/** When the middle one of a stream's rows was changed. */
function middle(stream: StreamName): number {
  const times = rowsOf(sandbox, stream)
    .map(changedAt)
    .toSorted((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}
