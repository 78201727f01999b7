import { beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, sync, sharedStore } from './connection.ts';
import {
  changedAt,
  cursorFieldOf,
  expectRows,
  incremental,
  rowsOf,
  type StreamName,
} from './expectations.ts';
import { expectReadAgain, expectWhole, refresh } from './sync-modes.fixture.ts';

const sandbox = await sharedStore();

describe('full_refresh of streams with a cursor [NEW-06]', () => {
  const finished = { sync_id: 7, refresh_complete: true };
  let named: Run;
  let unnamed: Run;
  beforeAll(async () => {
    [named, unnamed] = await Promise.all([refresh(sandbox, 7), refresh(sandbox)]);
  });

  test('without a state everything is read; the last state names the sync that the catalog names [RFR-03]', () => {
    expectWhole(sandbox, named);
    expectWhole(sandbox, unnamed);
    for (const stream of incremental) {
      // What is recent holds a cursor back, by the second at which each began.
      const cursor = { [cursorFieldOf(stream)]: expect.any(String) as string };
      expect(named.lastState(stream)).toEqual({ ...unnamed.lastState(stream), ...finished, ...cursor });
      expect(unnamed.lastState(stream)).not.toMatchObject({ sync_id: expect.anything() });
    }
  });

  test('a state of another sync: everything is read again [RFR-03]', () =>
    expectReadAgain(sandbox, 8, named));

  test('a state of the same sync, which was finished: its state again and COMPLETE, without a request [RFR-02]', async () => {
    const before = sandbox.requests.length;
    const run = await refresh(sandbox, 7, named);
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

test.each(['full_refresh', 'incremental'] as const)(
  'streams without a cursor are read whole whatever their states say: %s [RFR-02]',
  async (syncMode) => {
    const state: Readonly<Record<StreamName, Readonly<Record<string, string>>>> = {
      // What it ended with, the incumbent's, a cursor in the future, and no date.
      store: { __ab_no_cursor_state_message: 'true' },
      shop: { __ab_full_refresh_sync_complete: 'true' },
      accounts: { updated_at: '2050-01-01T00:00:00+00:00' },
      webhooks: { updated_at: 'never' },
    };
    const streams = Object.keys(state);
    const run = await sync(configFor(sandbox), { streams, syncMode, state });
    expect(run.exitCode).toBe(0);
    for (const stream of streams) {
      expectRows(run.records(stream), rowsOf(sandbox, stream));
      expect(run.lastState(stream)).toEqual({ __ab_no_cursor_state_message: true });
    }
  },
);
