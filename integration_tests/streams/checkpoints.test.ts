import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import {
  configFor,
  cursorOf,
  killedAtState,
  openStore,
  sharedStore,
  sync,
  syncThrough,
  timeOf,
  utc,
} from './connection.ts';
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

  test('where a page ends with a time without zone, as those of customers were until 2022', async () => {
    const naive: Change = async (_, pass) =>
      withRows(await pass(), 'customers', (rows) => {
        const last = rows.at(-1) ?? {};
        return [...rows.slice(0, -1), { ...last, updated_at: String(last['updated_at']).slice(0, 19) }];
      });
    const run = await syncThrough(sandbox, naive, { streams: ['customers'] }, unsettled);
    expect(run.records('customers')).toHaveLength(1_000);
    expect(lost(run, 'customers', rowsOf(sandbox, 'customers'))).toEqual([]);
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

describe('a listing that the API does not sort although it was asked to', () => {
  test('saves nothing later than its first request: a row of a page gone by may have changed since', async () => {
    const store = await openStore({ size: { orders: 500 } });
    const ids = store.rows('orders').map(({ id }) => Number(id));
    const [first = 0, last = 0] = [ids[0], ids.at(-1)];
    const byId: Change = async ({ query }, pass) => {
      if (query.has('cursor')) return pass();
      query.set('sort_by', 'id-asc');
      const page = await pass(query);
      store.update('orders', first, { note: 'changed on a page gone by' });
      await sleep(1_100);
      store.update('orders', last, { note: 'changed on a page to come' });
      return page;
    };
    const streams = ['orders'];
    const one = await syncThrough(store, byId, { streams }, unsettled);
    const two = await sync(configFor(store, unsettled), { streams, state: one });
    expectRows(heldAfter('orders', one, two), rowsOf(store, 'orders'));
  });
});

describe('killed in the middle of a sorted listing', () => {
  test('the next sync goes on from the last state, and both together hold every row', async () => {
    sandbox.setLatency(50);
    const killed = await sync(configFor(sandbox), { streams: ['orders'], ...killedAtState(3) });
    sandbox.setLatency(0);
    expect([killed.signal, killed.statuses('orders').at(-1)]).toEqual(['SIGKILL', 'RUNNING']);
    const resumed = await sync(configFor(sandbox), { streams: ['orders'], state: killed });
    const rows = rowsOf(sandbox, 'orders');
    expect(resumed.records('orders').length).toBeLessThan(rows.length);
    expect(cursorOf(killed, 'orders')).toBeLessThan(cursorOf(resumed, 'orders'));
    expectRows(heldAfter('orders', killed, resumed), rows);
  });
});
