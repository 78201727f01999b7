import type { Sandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { isTombstone } from './deletable.ts';
import { heldAfter, rowsOf, type StreamName } from './expectations.ts';
import type { ApiRow } from './front.ts';

export const capture = { capture_deletes: true };

export const tombstones = (run: Run, stream: string) => run.records(stream).filter(isTombstone);
export const stateKeys = (run: Run, stream: string) => Object.keys(run.lastState(stream) ?? {});
export const idsOf = (rows: readonly ApiRow[]) => rows.map(({ id }) => Number(id)).toSorted((a, b) => a - b);
export const served = (of: Sandbox, stream: StreamName) => idsOf(rowsOf(of, stream));
export const warnings = (run: Run) => run.warnings().filter((line) => !/older than 90/.test(line));
/** A destination takes the record of a tombstone out of its table. */
export const tableAfter = (stream: string, ...runs: readonly Run[]) =>
  heldAfter(stream, ...runs).filter((row) => !isTombstone(row));
