import { expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, sync } from '../streams/connection.ts';
import { catalogOf, storeOfFew } from './hostile-files.fixture.ts';

/** Files so large that they take seconds to be read. */
const sandbox = await storeOfFew();

test('a catalog of 10,000 streams that nobody knows names each of them once', async () => {
  const run = await runConnector(['read'], {
    files: { config: configFor(sandbox), catalog: catalogOf(10_000) },
  });
  expect(run.errors()).toHaveLength(10_000);
  expect(run.exitCode).toBe(1);
});

test('a state that nobody means is read from, and a sync goes on from what it leaves', async () => {
  const updated_at = '2020-01-01T00:00:00Z';
  const states: readonly object[] = [
    { state: { updated_at }, states: [], lookback_window: 1e308 },
    {
      states: Array.from({ length: 130_000 }, (_, id) => ({ partition: { id }, cursor: { updated_at } })),
    },
    // The latest and the earliest time that an offset can make.
    { updated_at: '9999-12-31T23:59:59-23:59' },
    { updated_at: '0001-01-01T00:00:00+23:59' },
    {
      updated_at,
      read_beyond: Array.from({ length: 100_000 }, (_, index) => [
        new Date(Date.now() - index * 2_000 - 1_000_000).toISOString(),
        new Date(Date.now() - index * 2_000 - 999_000).toISOString(),
      ]),
    },
  ];
  // Each for a stream that the API sorts, and for one that it does not.
  const sorted = 'addresses customers discounts orders plans'.split(' ');
  const streams = [
    ...sorted,
    ...'bundle_products collections metafields_store payment_methods products'.split(' '),
  ];
  const state = streams.map((name, index) => [name, states[index % states.length]] as const);
  let run = await sync(configFor(sandbox), { streams, state: Object.fromEntries(state) as never });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  run = await sync(configFor(sandbox), { streams, state: run });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
});

test('100,000 states of streams that are not configured are counted, and few named', async () => {
  const state = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => [`other${index}`, { updated_at: '2025-01-01T00:00:00Z' }]),
  );
  const run = await sync(configFor(sandbox), { streams: ['orders'], state });
  expect(run.exitCode).toBe(0);
  const ignored = run.logs().filter((line) => line.startsWith('WARN Ignoring'));
  expect(ignored).toHaveLength(21);
  expect(ignored.at(-1)).toBe('WARN Ignoring the states of 99980 streams more, which are not configured.');
});
