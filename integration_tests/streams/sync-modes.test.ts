import { beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, sync, sharedStore } from './connection.ts';
import { changedAt, expectRows, incremental, rowsOf, type StreamName } from './expectations.ts';

const sandbox = await sharedStore();

describe('full_refresh of streams with a cursor [NEW-06]', () => {
  const finished = { sync_id: 7, refresh_complete: true };
  const refresh = (syncId?: number, state?: Run) =>
    sync(configFor(sandbox), {
      streams: incremental,
      syncMode: 'full_refresh',
      ...(syncId !== undefined && { syncId }),
      ...(state && { state }),
    });
  const expectWhole = (run: Run) => {
    expect(run.exitCode).toBe(0);
    for (const stream of incremental) expectRows(run.records(stream), rowsOf(sandbox, stream));
  };
  let named: Run;
  let unnamed: Run;
  beforeAll(async () => {
    [named, unnamed] = await Promise.all([refresh(7), refresh()]);
  });

  test('without a state everything is read; the last state names the sync that the catalog names [RFR-03]', () => {
    expectWhole(named);
    expectWhole(unnamed);
    for (const stream of incremental) {
      expect(named.lastState(stream)).toEqual({ ...unnamed.lastState(stream), ...finished });
      expect(unnamed.lastState(stream)).not.toMatchObject({ sync_id: expect.anything() });
    }
  });

  test.each<[string, number | undefined, () => Run]>([
    ['another sync', 8, () => named],
    ['a sync of a catalog that names none', undefined, () => named],
    ['a sync that no state names', 7, () => unnamed],
    ['neither', undefined, () => unnamed],
  ])('a state of %s: everything is read again [RFR-03]', async (_name, syncId, state) =>
    expectWhole(await refresh(syncId, state())),
  );

  test('a state of the same sync, which was finished: its state again and COMPLETE, without a request [RFR-02]', async () => {
    const before = sandbox.requests.length;
    const run = await refresh(7, named);
    expect([run.exitCode, run.records(), sandbox.requests.length]).toEqual([0, [], before]);
    for (const stream of incremental) {
      expect(run.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
      expect(run.lastState(stream)).toEqual(named.lastState(stream));
    }
  });

  test('a state of the same sync, which was not finished: from there on [RFR-03]', async () => {
    const state = unfinished(named);
    const run = await sync(configFor(sandbox), {
      streams: incremental,
      syncMode: 'full_refresh',
      syncId: 7,
      state,
    });
    expectFromCursor(run);
    for (const stream of incremental) expect(run.lastState(stream)).toMatchObject(finished);
  });

  test('incremental syncs go on from it whatever it names, and name nothing', async () => {
    const run = await sync(configFor(sandbox), { streams: incremental, syncId: 8, state: named });
    expectFromCursor(run);
    for (const stream of incremental) {
      expect(run.lastState(stream)).not.toHaveProperty('sync_id');
      expect(run.lastState(stream)).not.toHaveProperty('refresh_complete');
    }
  });

  function expectFromCursor(run: Run): void {
    expect(run.exitCode).toBe(0);
    for (const stream of incremental) {
      const saved = cursorOf(named, stream);
      const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= saved);
      expectRows(run.records(stream), due);
    }
  }
});

/** The states of a run, without the mark. */
function unfinished(run: Run): Record<string, Record<string, string>> {
  const states = incremental.map((stream) => {
    const { refresh_complete: _, ...state } = run.lastState(stream) ?? {};
    return [stream, state] as const;
  });
  return Object.fromEntries(states) as Record<string, Record<string, string>>;
}

describe('store, which has no cursor, is read whole whatever its state says [RFR-02]', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['what it ended with', { __ab_no_cursor_state_message: 'true' }],
    ["the incumbent's", { __ab_full_refresh_sync_complete: 'true' }],
    ['a cursor in the future', { updated_at: '2050-01-01T00:00:00+00:00' }],
    ['no date', { updated_at: 'never' }],
  ])('%s', async (_name, state) => {
    for (const syncMode of ['full_refresh', 'incremental'] as const) {
      const run = await sync(configFor(sandbox), { streams: ['store'], syncMode, state: { store: state } });
      expect(run.exitCode).toBe(0);
      expectRows(run.records('store'), rowsOf(sandbox, 'store' satisfies StreamName));
      expect(run.lastState('store')).toEqual({ __ab_no_cursor_state_message: true });
    }
  });
});
