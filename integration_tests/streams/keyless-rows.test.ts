import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../src/random.fixture.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { type Config, cursorOf, timeOf, type Sync, utc, sharedStore, syncThrough } from './connection.ts';
import { changedAt, expectRows, rowsOf, type StreamName } from './expectations.ts';
import { type ApiRow, withRows, type Change } from './front.ts';

// Of a month ago, so that no cursor is held back by what is recent.
const now = new Date(Date.now() - 30 * 86_400_000);
const sandbox = await sharedStore({ size: { orders: 600, collections: 3 }, now });

/** Syncs a store that spoils the rows of one listing. */
function syncSpoiled(
  listing: string,
  spoil: (row: ApiRow) => ApiRow,
  options: Sync,
  config?: Config,
): Promise<Run> {
  const spoiling: Change = async ({ path }, pass) => {
    const answer = await pass();
    return path === `/${listing}` ? withRows(answer, listing, (rows) => rows.map(spoil)) : answer;
  };
  return syncThrough(sandbox, spoiling, options, config);
}

const newestLast = (rows: readonly ApiRow[]) => rows.toSorted((a, b) => changedAt(a) - changedAt(b));
const at = (stream: StreamName, index: number) => newestLast(rowsOf(sandbox, stream)).at(index) as ApiRow;
/** All rows of a stream but these. */
function othersThan(stream: StreamName, left: readonly ApiRow[]): readonly ApiRow[] {
  const ids = left.map((row) => row['id']);
  return rowsOf(sandbox, stream).filter((row) => !ids.includes(row['id']));
}
const without = (ids: readonly unknown[], id: unknown) => (row: ApiRow) =>
  ids.includes(row['id']) ? { ...row, id } : row;

function expectIncomplete(run: Run, stream: string, words: RegExp): void {
  expect(run.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE']);
  expect(run.errors().filter((error) => error.stream_descriptor?.name === stream)).toEqual([
    {
      failure_type: 'config_error',
      message: expect.stringMatching(words),
      stream_descriptor: { name: stream },
    },
  ]);
  expect(run.exitCode).toBe(1);
}

describe('an incremental sync goes past a row without a usable key, and says so once [MSG-04, STO-03]', () => {
  test.each([
    ['null', null],
    ['absent', undefined],
    ['of a type no key has', 'secret-id'],
    ['a fraction', 1.5],
  ])('an id that is %s', async (_what, id) => {
    // One amid the others, and the newest, in whose second the next sync begins.
    const left = [at('orders', 300), at('orders', -1)];
    const spoil = without(
      left.map((row) => row['id']),
      id,
    );
    const streams = ['orders', 'customers'];
    const first = await syncSpoiled('orders', spoil, { streams });
    const time = utc(changedAt(left[0] as ApiRow)).replace('+', '\\+');
    expectIncomplete(
      first,
      'orders',
      new RegExp(
        `2 rows of orders .*: .*page \\d+, index \\d+ \\(updated_at ${time}\\).*the next sync goes on`,
      ),
    );
    expect(first.stdout).not.toContain('secret-id');
    expectRows(first.records('orders'), othersThan('orders', left));
    expect(cursorOf(first, 'orders')).toBe(changedAt(left[1] as ApiRow));
    expect(first.statuses('customers').at(-1)).toBe('COMPLETE');

    const second = await syncSpoiled('orders', spoil, { streams, state: first });
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
    expect(second.logs()).toContainEqual(
      expect.stringMatching(/^WARN orders: a row without a usable key, .* came again/),
    );
    expect(second.lastState('orders')).toEqual(first.lastState('orders'));
  });

  test('a lookback window reads it again, and does not fail by it again', async () => {
    const spoil = without([at('orders', 300)['id']], null);
    const first = await syncSpoiled('orders', spoil, { streams: ['orders'] });
    expectIncomplete(first, 'orders', /1 row of orders/);
    const options = { streams: ['orders'], state: first };
    const second = await syncSpoiled('orders', spoil, options, { lookback_window_days: 4_000 });
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
    expectRows(second.records('orders'), first.records('orders'));
    expect(second.logs()).toContainEqual(expect.stringMatching(/^WARN orders: a row without a usable key/));
  });

  test('where it lies in the page is said, from 0', async () => {
    const rows = newestLast(rowsOf(sandbox, 'orders'));
    const { updated_at: end } = rows[4] as ApiRow;
    const change: Change = async (_asked, _pass) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ next_cursor: null, orders: rows.slice(0, 5).with(3, { updated_at: end }) }),
    });
    const run = await syncThrough(sandbox, change, { streams: ['orders'] });
    expectIncomplete(run, 'orders', /^1 row of orders .* was left out: page 1, index 3 \(updated_at .*\)\. /);
    expect(run.records('orders')).toHaveLength(4);
  });

  test('a listing that is read whole passes it too', async () => {
    const stream = 'bundle_selections';
    const left = at(stream, 2);
    const spoil = without([left['id']], null);
    const first = await syncSpoiled(stream, spoil, { streams: [stream] });
    expectIncomplete(first, stream, /1 row of bundle_selections .*the next sync goes on/);
    expectRows(first.records(stream), othersThan(stream, [left]));
    const second = await syncSpoiled(stream, spoil, { streams: [stream], state: first });
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
  });

  test('whichever rows have none: all others come, each once, and the count is right', async () => {
    const rows = rowsOf(sandbox, 'orders');
    const indexes = fc.uniqueArray(fc.nat(rows.length - 1), { minLength: 1, maxLength: rows.length });
    await fc.assert(
      fc.asyncProperty(indexes, fc.constantFrom(null, 'x', {}), async (chosen, id) => {
        const left = chosen.map((index) => rows[index] as ApiRow);
        const spoil = without(
          left.map((row) => row['id']),
          id,
        );
        const run = await syncSpoiled('orders', spoil, { streams: ['orders'] });
        const many = left.length === 1 ? '1 row' : `${left.length} rows`;
        expectIncomplete(run, 'orders', new RegExp(`^${many} of orders `));
        expectRows(
          run.records('orders'),
          rows.filter((row) => !left.includes(row)),
        );
        const next = await syncSpoiled('orders', spoil, { streams: ['orders'], state: run });
        expect([next.exitCode, next.statuses('orders').at(-1)]).toEqual([0, 'COMPLETE']);
      }),
      { numRuns: runs(5) },
    );
  });
});

describe('a full refresh does not end as complete without a row [MSG-04, STO-03]', () => {
  test.each(['orders', 'collections'] as const)('%s, at every sync', async (stream) => {
    const left = at(stream, -1);
    const spoil = without([left['id']], 'secret-id');
    const options: Sync = { streams: [stream], syncMode: 'full_refresh' };
    const first = await syncSpoiled(stream, spoil, options);
    const second = await syncSpoiled(stream, spoil, { ...options, state: first });
    for (const run of [first, second]) {
      expectIncomplete(run, stream, /1 row of .*page \d+, index \d+.*the destination keeps the old table/);
      expect(run.stdout).not.toContain('secret-id');
    }
    expectRows(first.records(stream), othersThan(stream, [left]));
  });

  test('what was saved before the row is gone on from, and the row is met again', async () => {
    const left = at('orders', -1);
    const spoil = without([left['id']], null);
    const options: Sync = { streams: ['orders'], syncMode: 'full_refresh', syncId: 7 };
    const first = await syncSpoiled('orders', spoil, options);
    expect(cursorOf(first, 'orders')).toBeLessThan(changedAt(left));
    const second = await syncSpoiled('orders', spoil, { ...options, state: first });
    expect(second.records('orders').length).toBeLessThan(first.records('orders').length);
    expectIncomplete(second, 'orders', /1 row of orders/);
  });
});

describe('what hangs on a key that is none counts for its own stream [MSG-04]', () => {
  test("the items of a parent's lists", async () => {
    const left = at('orders', 5);
    const items = left['line_items'] as readonly unknown[];
    expect(items.length).toBeGreaterThan(0);
    const spoil = without([left['id']], 'secret-id');
    const streams = ['order_line_items'];
    const first = await syncSpoiled('orders', spoil, { streams });
    expectIncomplete(
      first,
      'order_line_items',
      new RegExp(`^${items.length} rows? of order_line_items .*index 5`),
    );
    expect(first.records('order_line_items').some((row) => timeOf(row['updated_at']) > changedAt(left))).toBe(
      true,
    );
    const second = await syncSpoiled('orders', spoil, { streams, state: first });
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
  });

  test('a child whose list is empty in that record is complete', async () => {
    const left = at('orders', 5);
    const spoil = (row: ApiRow) => (row['id'] === left['id'] ? { ...row, id: null, line_items: [] } : row);
    const run = await syncSpoiled('orders', spoil, { streams: ['orders', 'order_line_items'] });
    expectIncomplete(run, 'orders', /^1 row of orders/);
    expect(run.statuses('order_line_items').at(-1)).toBe('COMPLETE');
  });

  test.each([
    ['collection_products', 'collections', 'collection_id'],
    ['delivery_schedules', 'customers', 'customer_id'],
  ] as const)('%s: a parent that cannot be asked for', async (stream, parents, key) => {
    const [one] = rowsOf(sandbox, stream);
    const parent = String(Number(one?.[key]));
    const spoil = (row: ApiRow) => (String(Number(row['id'])) === parent ? { ...row, id: 'secret-id' } : row);
    const run = await syncSpoiled(parents, spoil, { streams: [stream] });
    expectIncomplete(
      run,
      stream,
      new RegExp(
        `^1 row of ${stream} .*: page 1, index \\d+ of /${parents} \\(updated_at .*keeps the old table`,
      ),
    );
    expect(run.stdout).not.toContain('secret-id');
    expectRows(
      run.records(stream),
      rowsOf(sandbox, stream).filter((row) => String(Number(row[key])) !== parent),
    );
  });
  test('a parent whose id comes as text is asked for', async () => {
    const spoil = (row: ApiRow) => ({ ...row, id: String(Number(row['id'])) });
    const run = await syncSpoiled('collections', spoil, { streams: ['collection_products'] });
    expect(run.exitCode).toBe(0);
    expectRows(run.records('collection_products'), rowsOf(sandbox, 'collection_products'));
  });
});
