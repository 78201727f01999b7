import { expect } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { timeOf } from './connection.ts';
import { asking, expectWhole, type Lie, rowsApart, startLyingStore, syncOf } from './lying-store.ts';

const minute = 60_000;
export const hour = 60 * minute;
export const filter = ['updated_at_min', 'updated_at_max'];
export const warnings = (run: Run) => run.logs().filter((line) => line.startsWith('WARN'));

/** An API that does not know these parameters. */
export const ignoring =
  (...names: readonly string[]): Lie =>
  ({ query }, honest) =>
    honest(asking(query, Object.fromEntries(names.map((name) => [name, undefined]))));

/** One that keeps to the filter in some answers. */
function ignoringSome(): Lie {
  const roll = dice();
  return (request, honest) => (roll(2) === 0 ? honest() : ignoring(...filter)(request, honest));
}

const lies = {
  'both bounds': () => ignoring(...filter),
  'the lower bound': () => ignoring('updated_at_min'),
  'the upper bound': () => ignoring('updated_at_max'),
  'the bounds in some answers': ignoringSome,
  'bounds and order': () => ignoring(...filter, 'sort_by'),
} satisfies Readonly<Record<string, () => Lie>>;

/** Streams of version 2021-11, and how far from each other their rows are. */
const distances = { addresses: 1_000, charges: minute, customers: hour, discounts: 10 * hour };
const names = [...Object.keys(distances), 'orders'];

/** All rows come from an API that ignores this, and no multitude of records. */
export async function expectNoMultitude(ignored: keyof typeof lies): Promise<void> {
  for (const apart of [1_000, 10 * hour]) {
    const all = new Map(Object.entries({ ...distances, orders: apart }));
    const rowsOf = (stream: string) => rowsApart(900, all.get(stream) ?? Number.NaN);
    const store = await startLyingStore((path) => rowsOf(path.slice(1)), lies[ignored]());
    // Of orders in version 2021-01.
    const streams = apart === 1_000 ? names : ['orders'];
    const options = { config: { use_orders_deprecated_api: true }, timeout: 55_000 };
    const run = await syncOf(store, streams, options);
    for (const stream of streams) expectWhole(run, stream, rowsOf(stream), 3_000);
  }
}

/** Milliseconds by which rows are shown too early. */
const early = { 'by the clocks of another zone': 5 * hour, 'by a replica that lags': 30 * minute };

/** A filter whose rows are shown early is not taken for ignored. */
export async function expectEarlyRowsHonoured(why: keyof typeof early): Promise<void> {
  const rows = rowsApart(3_000, minute);
  const store = await startLyingStore(rows, (_request, honest) => {
    const { body, ...reply } = honest();
    const orders = body['orders'] as { updated_at: string }[];
    const shown = orders.map((row) => ({
      ...row,
      updated_at: new Date(timeOf(row.updated_at) - early[why]).toISOString(),
    }));
    return { ...reply, body: { ...body, orders: shown } };
  });
  const run = await syncOf(store, 'orders', { config: { start_date: '2020-01-01' } });
  expectWhole(run, 'orders', rows);
  expect(warnings(run).filter((line) => line.includes('updated_at_min'))).toEqual([]);
}
