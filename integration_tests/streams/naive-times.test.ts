import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, openStore, quickToken, sync, utc } from './connection.ts';
import { expectRows, heldAfter, rowsOf, unsorted } from './expectations.ts';
import { json, startFront } from './front.ts';

const minute = 60_000;
const streams = ['metafields_customer', 'products'] as const;

// docs/recharge-api.md#times
describe('a time without zone counts as New York, the later of two readings', () => {
  const rows = [
    { id: 1, updated_at: '2024-07-01T08:00:00' },
    { id: 2, updated_at: '2024-01-15T08:00:00' },
    { id: 3, updated_at: '2024-03-10T01:59:59' },
    { id: 4, updated_at: '2024-03-10T03:00:00' },
    { id: 5, updated_at: '2024-11-03T00:59:59' },
    { id: 6, updated_at: '2024-11-03T01:30:00' },
    { id: 7, updated_at: '2024-11-03T02:00:00' },
  ];

  const cases: readonly (readonly [from: string, ids: readonly number[]])[] = [
    ['2024-07-01T12:00:00+00:00', [1, 5, 6, 7]],
    ['2024-07-01T12:00:01+00:00', [5, 6, 7]],
    ['2024-01-15T13:00:00+00:00', [1, 2, 3, 4, 5, 6, 7]],
    ['2024-01-15T13:00:01+00:00', [1, 3, 4, 5, 6, 7]],
    ['2024-03-10T06:59:59+00:00', [1, 3, 4, 5, 6, 7]],
    ['2024-03-10T07:00:00+00:00', [1, 4, 5, 6, 7]],
    ['2024-11-03T04:59:59+00:00', [5, 6, 7]],
    ['2024-11-03T05:30:01+00:00', [6, 7]],
    ['2024-11-03T06:30:00+00:00', [6, 7]],
    ['2024-11-03T06:30:01+00:00', [7]],
  ];
  /** One cursor a stream, two syncs for all of them. */
  const listed = unsorted.filter((stream) => stream !== 'metafields').slice(0, 5);
  const streamOf = (at: number) => listed[at % listed.length] ?? 'products';
  const runs: Run[] = [];

  beforeAll(async () => {
    const store = await startSandbox({ token: quickToken });
    const front = await startFront(store, async ({ path, query }) =>
      json({ [path.slice(1)]: query.has('page') ? [] : rows }),
    );
    for (const half of [cases.slice(0, 5), cases.slice(5)]) {
      const state = Object.fromEntries(half.map(([updated_at], at) => [streamOf(at), { updated_at }]));
      runs.push(await sync(configFor(front), { streams: listed, state }));
    }
    await Promise.all([front.close(), store.close()]);
  });

  test.each(cases.map(([from, ids], at) => [from, ids, at] as const))('from %s on: %j', (_from, ids, at) => {
    const found = runs[Math.floor(at / 5)]?.records(streamOf(at)).map(({ id }) => id);
    expect(found).toEqual(ids);
  });
});

describe.each(['eastern', 'utc'] as const)('where the times of metafields are really %s', (naiveTimes) => {
  test('two syncs together hold every change, and the cursor never passes now minus 30 minutes', async () => {
    const sandbox = await openStore({ naiveTimes });
    const change = (index: number) => {
      sandbox.update('metafields', Number(rowsOf(sandbox, 'metafields_customer')[index]?.['id']));
      sandbox.update('products', Number(rowsOf(sandbox, 'products')[index]?.['id']));
    };
    change(0);
    const first = await sync(configFor(sandbox), { streams });
    for (const stream of streams)
      expect(cursorOf(first, stream)).toBeLessThanOrEqual(Date.now() - 30 * minute);
    change(1);
    const second = await sync(configFor(sandbox), { streams, state: first });
    for (const stream of streams) {
      expectRows(heldAfter(stream, first, second), rowsOf(sandbox, stream));
      expect(second.records(stream).length).toBeLessThan(first.records(stream).length);
      for (const { updated_at } of second.records(stream))
        expect(updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(utc(cursorOf(second, stream))).toBe(second.lastState(stream)?.['updated_at']);
    }
  });
});
