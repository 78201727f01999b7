import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, sharedStore, sync, syncThrough, timeOf, utc } from './connection.ts';
import { changedAt, expectRows, heldAfter, rowsOf, sorted } from './expectations.ts';
import { type ApiRow, type Change, withRows } from './front.ts';

const sandbox = await sharedStore({ size: { orders: 1_500, customers: 1_000 } });

const unsettled = { settling_minutes: 0 };

/** The ids of rows that a STATE covers, though they were written after it or not at all. */
function lost(run: Run, stream: string, rows: readonly ApiRow[]): unknown[] {
  const written = new Set<unknown>();
  return run.messages.flatMap((message) => {
    if (message.type === 'RECORD' && message.record.stream === stream) written.add(message.record.data['id']);
    if (message.type !== 'STATE' || message.state.stream.stream_descriptor.name !== stream) return [];
    const cursor = timeOf(message.state.stream.stream_state['updated_at']);
    return rows.filter((row) => !written.has(row['id']) && changedAt(row) < cursor).map(({ id }) => id);
  });
}

/** What is read beyond the cursor counts too. */
const distinct = (run: Run, stream: string) =>
  new Set(run.states(stream).map((state) => JSON.stringify(state.stream.stream_state)));

describe('no state covers a row that was not written before it [STO-03]', () => {
  test('in any sorted listing', async () => {
    const run = await sync(configFor(sandbox), { streams: sorted });
    for (const stream of sorted)
      expect([stream, lost(run, stream, rowsOf(sandbox, stream))]).toEqual([stream, []]);
    expect(distinct(run, 'orders').size).toBeGreaterThanOrEqual(6);
  });

  test('where rows come out of order: the cursor moves when all are there, with a WARN', async () => {
    const reversed: Change = async (_, pass) => withRows(await pass(), 'orders', (rows) => rows.toReversed());
    const run = await syncThrough(sandbox, reversed, { streams: ['orders'] }, unsettled);
    const rows = rowsOf(sandbox, 'orders');
    expectRows(heldAfter('orders', run), rows);
    expect(lost(run, 'orders', rows)).toEqual([]);
    expect(run.lastState('orders')).toEqual({ updated_at: utc(Math.max(...rows.map(changedAt))) });
    expect(run.logs()).toContainEqual(expect.stringMatching(/^WARN orders: .*out of order/));
  });
});
