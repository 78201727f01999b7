import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, quickToken, sync } from './connection.ts';
import { changedAt, expectRows, incremental, rowsOf, type StreamName } from './expectations.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ token: quickToken });
});
afterAll(() => sandbox.close());

describe('full_refresh of a stream with a cursor', () => {
  let first: Run;
  let second: Run;
  beforeAll(async () => {
    first = await sync(configFor(sandbox), { streams: incremental, syncMode: 'full_refresh' });
    second = await sync(configFor(sandbox), { streams: incremental, syncMode: 'full_refresh', state: first });
  });

  test.each(incremental)(
    '%s: everything without a state, from its state on with one [RFR-03, NEW-06]',
    (stream) => {
      const rows = rowsOf(sandbox, stream);
      expectRows(first.records(stream), rows);
      const saved = cursorOf(first, stream);
      expectRows(
        second.records(stream),
        rows.filter((row) => changedAt(row) >= saved),
      );
      expect(second.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    },
  );
});

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
