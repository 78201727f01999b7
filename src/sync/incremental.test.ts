import fc from 'fast-check';
import { dice, runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog as log } from '../airbyte/testing/index.ts';
import type { JsonObject } from '../airbyte/index.ts';
import { clientOf, covers, sortedThings } from './incremental.fixture.ts';
import { Table } from './table.fixture.ts';
import { parseUtc } from './instant.ts';

const settlingSeconds = 1_800;
const start = Date.parse('2024-01-01T00:00:00Z') / 1000;
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the destination holds: the newest updated_at of each row that arrived, in seconds. */
type Warehouse = Map<number, number>;

interface Sync {
  readonly table: Table;
  readonly warehouse: Warehouse;
  readonly state: JsonObject | undefined;
  readonly pageSize: number;
  readonly most: number;
  readonly tick: () => Promise<void>;
  readonly isHeavy: () => boolean;
  readonly killAfter: number;
}

/** One sync, killed after so many batches; returns the last state that was written. */
async function sync({
  table,
  warehouse,
  state,
  pageSize,
  most,
  tick,
  isHeavy,
  killAfter,
}: Sync): Promise<JsonObject | undefined> {
  const window = { start: start * 1000, lookback: 0, settling: settlingSeconds * 1000 };
  const client = clientOf(
    table,
    most,
    async () => {
      vi.setSystemTime(table.now * 1000);
      await tick();
    },
    isHeavy,
  );
  vi.setSystemTime(table.now * 1000);
  let latest = state;
  let batches = 0;
  const request = {
    syncMode: 'incremental' as const,
    log,
    onRateLimited: () => {},
    onKeylessRow: () => {},
    ...(state && { state }),
  };
  const things = sortedThings({ client, window }, pageSize);
  const { signal } = new AbortController();
  for await (const batch of things.read([things.open(request)], { log, signal })) {
    for (const { data } of batch.rows) {
      const at = (parseUtc(textOf(data['updated_at'])) ?? Number.NaN) / 1000;
      warehouse.set(Number(data['id']), Math.max(at, warehouse.get(Number(data['id'])) ?? 0));
    }
    if (batch.state === undefined) continue;
    latest = batch.state;
    for (const [id, at] of table.newest()) {
      if (covers(latest, at * 1000))
        expect(warehouse.get(id), `row ${id} of ${at} is covered and not written`).toBe(at);
    }
    if (++batches >= killAfter) break;
  }
  return latest;
}

const scenario = fc.record({
  rows: fc.array(
    fc.record({
      at: fc.oneof(fc.nat(40_000), fc.integer({ min: 36_000, max: 40_000 })),
      hiddenFor: fc.nat(settlingSeconds),
    }),
    { maxLength: 80 },
  ),
  ties: fc.constantFrom(1, 60, 3_600),
  pageSize: fc.integer({ min: 1, max: 5 }),
  most: fc.integer({ min: 1, max: 8 }),
  secondsPerRequest: fc.nat(1_200),
  writes: fc.array(fc.nat(3), { maxLength: 20 }),
  kills: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
  seed: fc.nat(),
});

it('loses no version of any row, whatever is written, hidden, split, killed and resumed meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      scenario,
      async ({ rows, ties, pageSize, most, secondsPerRequest, writes, kills, seed }) => {
        const table = new Table(start + 40_000);
        const warehouse: Warehouse = new Map();
        rows.forEach(({ at, hiddenFor }, id) => table.write(id, start + at - (at % ties), hiddenFor));
        const left = [...writes];
        const random = dice(seed);
        const tick = async () => {
          for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
          table.now += random(secondsPerRequest + 1);
          for (let count = left.pop() ?? 0; count > 0; count--)
            table.change(random, table.now, settlingSeconds);
        };
        const common = { table, warehouse, pageSize, most, tick, isHeavy: () => random(8) === 0 };
        let state: JsonObject | undefined;
        for (const killAfter of kills) state = await sync({ ...common, state, killAfter });
        state = await sync({ ...common, state, killAfter: Number.POSITIVE_INFINITY });
        table.now += settlingSeconds + 1;
        await sync({
          ...common,
          state,
          tick: async () => {},
          isHeavy: () => false,
          killAfter: Number.POSITIVE_INFINITY,
        });
        // What was deleted may still stand in the warehouse.
        expect(new Map([...table.newest().keys()].map((id) => [id, warehouse.get(id)]))).toEqual(
          table.newest(),
        );
      },
    ),
    { numRuns: runs(300) },
  );
}, 120_000);

it('goes on from stretches read beyond the cursor up to end_date, and ends with a plain cursor', async () => {
  const table = new Table(start + 90_000);
  for (let id = 0; id < 20; id++) table.write(id, start + id * 1_000, 0);
  vi.setSystemTime(table.now * 1000);
  const textAt = (seconds: number) =>
    `${new Date((start + seconds) * 1000).toISOString().slice(0, 19)}+00:00`;
  const client = clientOf(
    table,
    1,
    async () => {},
    () => false,
  );
  const window = {
    start: start * 1000,
    end: (start + 12_000) * 1000 + 999,
    lookback: 0,
    settling: settlingSeconds * 1000,
  };
  const things = sortedThings({ client, window }, 5);
  const request = { syncMode: 'incremental' as const, log, onRateLimited: () => {}, onKeylessRow: () => {} };
  const state = { updated_at: textAt(3_000), read_beyond: [[textAt(8_000), textAt(12_001)]] };
  const { signal } = new AbortController();
  const ids: unknown[] = [];
  let last: JsonObject | undefined;
  for await (const batch of things.read([things.open({ ...request, state })], { log, signal })) {
    ids.push(...Array.from(batch.rows, ({ data }) => data['id']));
    last = batch.state;
  }
  expect(ids).toEqual([3, 4, 5, 6, 7]);
  expect(last).toEqual({ updated_at: textAt(12_001) });
});

it('without rows it ends with the cursor it was given, be start_date behind it', async () => {
  const client = clientOf(
    new Table(start + 90_000),
    1,
    async () => {},
    () => false,
  );
  vi.setSystemTime((start + 90_000) * 1000);
  const window = { start: (start + 50_000) * 1000, lookback: 0, settling: settlingSeconds * 1000 };
  const things = sortedThings({ client, window }, 5);
  const state = { updated_at: '2024-01-01T00:00:00+00:00' };
  const request = {
    syncMode: 'incremental' as const,
    log,
    onRateLimited: () => {},
    onKeylessRow: () => {},
    state,
  };
  const { signal } = new AbortController();
  const batches = await Array.fromAsync(things.read([things.open(request)], { log, signal }));
  expect(batches.at(-1)?.state).toEqual(state);
});
