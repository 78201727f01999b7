import type { Stream } from '../airbyte/index.ts';
import type { Scopes } from './scopes.ts';
import type { RecordExtractor, StreamRun } from './stream-run.ts';

/** A stream as discover tells of it, and what it takes of the records that its reader gets from the API. */
export interface RecordStream extends Stream<StreamRun>, RecordExtractor {
  /** What a token needs for it; empty where nobody knows. */
  readonly scopes: Scopes;
  readonly primaryKey: readonly string[];
}
