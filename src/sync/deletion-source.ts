import type { Batch, Log, ReadRequest } from '../airbyte/index.ts';
import type { Get } from '../recharge/pages.ts';
import type { RecordExtractor, StreamRun } from './stream-run.ts';

/** Where the deletions of other streams' records are told. */
export interface DeletionSource {
  /** Whether it tells of this stream's. */
  readonly supports: (stream: string) => boolean;
  /**
   * The run of a stream's tombstones in this sync; undefined where it has none.
   * @throws ConnectorError (config_error) where the state holds no cursor that can be read (STI-03)
   */
  readonly open: (stream: RecordExtractor, request: ReadRequest) => StreamRun | undefined;
  /** The batches of a listing, and after them the tombstones of the run that wants them. */
  readonly appendTombstones: (
    listing: AsyncIterable<Batch>,
    runs: readonly StreamRun[],
    get: Get,
    log: Log,
  ) => AsyncIterable<Batch>;
}
