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
/** Gives these rows another id. */
const without = (left: readonly ApiRow[], id: unknown) => {
  const ids = new Set(left.map((row) => row['id']));
  return (row: ApiRow) => (ids.has(row['id']) ? { ...row, id } : row);
};

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
  test('one amid the others, and the newest, in whose second the next sync begins', async () => {
    const left = [at('orders', 300), at('orders', -1)];
    const spoil = without(left, 'secret-id');
    const streams = ['orders', 'customers'];
    const first = await syncSpoiled('orders', spoil, { streams });
    const time = utc(changedAt(left[0] as ApiRow)).replace('+', '\\+');
    expectIncomplete(
      first,
      'orders',
      new RegExp(
        `2 rows of orders .*: .*page \\d+, index \\d+ \\(updated_at ${time}\\).*the next sync does not read them again`,
      ),
    );
    expect(first.stdout).not.toContain('secret-id');
    expect(cursorOf(first, 'orders')).toBe(changedAt(left[1] as ApiRow));
    expect(first.statuses('customers').at(-1)).toBe('COMPLETE');

    const second = await syncSpoiled('orders', spoil, { streams, state: first });
    expect([second.exitCode, second.errors()]).toEqual([0, []]);
    expect(second.logs()).toContainEqual(
      expect.stringMatching(/^WARN orders: a row without a usable key, .* came again/),
    );
    expect(second.lastState('orders')).toEqual(first.lastState('orders'));
  });

  test('whichever rows have none: all others come, each once, and the count is right', async () => {
    const odd = fc.constantFrom(null, undefined, 'x', 1.5, {});
    const streamName = fc.constantFrom('orders' as const, 'bundle_selections' as const);
    await fc.assert(
      fc.asyncProperty(streamName, fc.infiniteStream(fc.nat(9)), odd, async (stream, chance, id) => {
        const rows = rowsOf(sandbox, stream);
        const chosen = rows.filter(() => chance.next().value === 0);
        const left = chosen.length === 0 ? rows.slice(0, 1) : chosen;
        const spoil = without(left, id);
        const run = await syncSpoiled(stream, spoil, { streams: [stream] });
        const many = left.length === 1 ? '1 row' : `${left.length} rows`;
        expectIncomplete(run, stream, new RegExp(`^${many} of ${stream} `));
        expectRows(run.records(stream), othersThan(stream, left));
        const next = await syncSpoiled(stream, spoil, { streams: [stream], state: run });
        expect([next.exitCode, next.statuses(stream).at(-1)]).toEqual([0, 'COMPLETE']);
      }),
      { numRuns: runs(2) },
    );
  });
});

describe('a full refresh does not end as complete without a row [MSG-04, STO-03]', () => {
  test.each(['orders', 'collections'] as const)('%s, at every sync', async (stream) => {
    const left = at(stream, -1);
    const spoil = without([left], 'secret-id');
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
    const spoil = without([left], null);
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
    const spoil = without([left], 'secret-id');
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
