import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, sync } from './connection.ts';
import { expectRows, incremental, rowsOf } from './expectations.ts';

/** A full refresh, of streams with a cursor. */
export const refresh = (sandbox: Sandbox, syncId?: number, state?: Run, streams = incremental) =>
  sync(configFor(sandbox), {
    streams,
    syncMode: 'full_refresh',
    ...(syncId !== undefined && { syncId }),
    ...(state && { state }),
  });

export function expectWhole(sandbox: Sandbox, run: Run, streams = incremental): void {
  expect(run.exitCode).toBe(0);
  for (const stream of streams) expectRows(run.records(stream), rowsOf(sandbox, stream));
}

/** One of each kind of listing. */
const few = ['orders', 'events', 'credit_accounts', 'collections', 'products'];

/** A sync of this id reads everything again, whatever this run has saved. */
export async function expectReadAgain(
  sandbox: Sandbox,
  syncId: number | undefined,
  state: Run,
): Promise<void> {
  expectWhole(sandbox, await refresh(sandbox, syncId, state, few), few);
}
