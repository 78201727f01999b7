import { expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { deletable, isTombstone } from './deletable.ts';
import { expectRows, load, rowsOf } from './expectations.ts';
import { type ApiRow, startFront } from './front.ts';
import { Merchant } from './merchant.ts';
import { queryOfDocs, select } from './warehouse.ts';

const second = 1000;
const minute = 60 * second;
const nested = 'charge_line_items';
const streams = [...deletable, nested];

/** What becomes of tombstones: they take their record away, stand in its place, or never come. */
type Tombstones = 'delete' | 'mark' | 'none';

/** The rows of the streams after these syncs. */
function tablesAfter(runs: readonly Run[], tombstones: Tombstones): Record<string, ApiRow[]> {
  const rowsAfter = (stream: string) => {
    const table = new Map<string, ApiRow>();
    for (const run of runs) {
      load(
        table,
        run.records(stream).filter((row) => tombstones !== 'none' || !isTombstone(row)),
      );
      if (tombstones === 'delete') for (const [key, row] of table) if (isTombstone(row)) table.delete(key);
    }
    return [...table.values()];
  };
  return Object.fromEntries(streams.map((stream) => [stream, rowsAfter(stream)]));
}

const columns = {
  charges: ['id', 'address_id', 'scheduled_at', 'status', 'updated_at'],
  subscriptions: ['id', 'status', 'next_charge_scheduled_at'],
  [nested]: ['charge_id', 'purchase_item_id', 'purchase_item_type', 'updated_at'],
};

const sorted = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map(({ id }) => Number(id)).toSorted((a, b) => a - b);

/** A store ten minutes ago, its clock in its answers, so that every minute of the test can pass at once. */
async function startStore() {
  let offset = -10 * minute;
  const sandbox = await startSandbox({
    token: quickToken,
    now: new Date(Date.now() + offset),
    replicaLagSeconds: 20,
    // No charge is too old to be listed.
    chargeWindowDays: null,
    // What changes without a new updated_at, no incremental sync can see.
    countersTouchCustomer: true,
  });
  const front = await startFront(sandbox, async (_, pass) => {
    const answer = await pass();
    return { ...answer, headers: { ...answer.headers, date: new Date(Date.now() + offset).toUTCString() } };
  });
  const advance = (milliseconds: number) => {
    offset += milliseconds;
    sandbox.advance(milliseconds);
  };
  return { sandbox, front, advance };
}

/** Five syncs, hundreds of edits before the second, third and fourth, and more while the first four run. */
async function fiveSyncs({ sandbox, front, advance }: Awaited<ReturnType<typeof startStore>>) {
  const merchant = new Merchant(sandbox, dice());
  const config = configFor(front, { capture_deletes: true, settling_minutes: 1 });
  const runs: Run[] = [];
  const next = async () => {
    const state = runs.at(-1);
    runs.push(await sync(config, { streams, ...(state && { state }) }));
  };
  while (runs.length < 4) {
    // A minute and a third.
    for (let edits = runs.length === 0 ? 400 : 0; edits < 400; edits += 1) {
      merchant.edit();
      advance(200);
    }
    const timer = setInterval(() => merchant.edit(), 20);
    await next();
    clearInterval(timer);
  }
  // Every rebuild is done, and every write is shown.
  advance(minute);
  await next();
  return runs;
}

const queued = (rows: Iterable<ApiRow>) => sorted([...rows].filter(({ status }) => status === 'queued'));

test('each table is the list of the API after hundreds of edits a minute, and the query finds the upcoming charges, with tombstones or without', async () => {
  const store = await startStore();
  const { sandbox, front } = store;
  const before = queued(sandbox.rows('charges'));
  const runs = await fiveSyncs(store);
  await Promise.all([front.close(), sandbox.close()]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);

  const mirror = tablesAfter(runs, 'delete');
  for (const stream of deletable) {
    expect([stream, runs.flatMap((run) => run.records(stream)).filter(isTombstone)]).not.toEqual([
      stream,
      [],
    ]);
    expectRows(mirror[stream] ?? [], rowsOf(sandbox, stream));
  }

  const due = queued(sandbox.rows('charges'));
  const kept = tablesAfter(runs, 'none');
  expect(due.length).toBeGreaterThan(10);
  // Most were rebuilt, and more than once: without tombstones their former selves are in the table.
  expect(before.filter((id) => due.includes(id)).length).toBeLessThan(before.length / 2);
  expect(queued(kept['charges'] ?? []).length).toBeGreaterThan(3 * due.length);
  const query = await queryOfDocs('WITH due');
  for (const tables of [mirror, tablesAfter(runs, 'mark'), kept])
    expect(sorted(select(query, columns, tables))).toEqual(due);
});
