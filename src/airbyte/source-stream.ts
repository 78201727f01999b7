import type { ChangeReport } from './change-report.ts';
import type { JsonObject } from './json.ts';
import type { Log, RecordChange, StreamDescription, SyncMode } from './protocol.ts';
import type { StreamMetrics } from './stream-metrics.ts';

/** A record to be written, and what was changed to make it fit its schema. */
export interface Row {
  /** At least one field: platforms drop an empty record silently. */
  readonly data: JsonObject;
  readonly changes?: readonly RecordChange[];
}

/**
 * Rows of one stream, and the state that is true once all of them are written.
 *
 * A state MUST cover every row of this stream yielded up to and including its own batch, and no other but those told
 * to `onKeylessRow`. The kit writes the rows first and the state after them. So a sync killed after a state may send
 * rows again, but never misses one.
 */
export interface Batch {
  readonly stream: string;
  /** Iterated once, as the rows are written. */
  readonly rows: Iterable<Row>;
  readonly state?: JsonObject | undefined;
  /** Which share of the stream is read with it, from 0 to 1, where that can be told: for the log. */
  readonly share?: number | undefined;
  /** The stream is complete with this batch, though its reader goes on: a later error does not fail this stream. */
  readonly complete?: true;
}

export interface ReadRequest {
  readonly syncMode: SyncMode;
  /** What this stream saved last; absent at a first sync. */
  readonly state?: JsonObject | undefined;
  readonly log: Log;
  /** To be called when the API's rate limit stops the stream, with the time it resumes: milliseconds since the epoch. */
  readonly onRateLimited: (until: number) => void;
  /**
   * To be called for a row that is not yielded since it has no usable key, no later than the rows of its batch end: the
   * stream is read to its end, and then fails with a config_error that says how many there were and where. The state of
   * an incremental sync passes such a row; that of a full refresh does not.
   * @param place for the message: where the row is, without any value of it but a time
   */
  readonly onKeylessRow: (place: string) => void;
  /** For `ObjectSchema.coerce`: takes what does not fit the stream's schema. */
  readonly changes: ChangeReport;
}

/** What a reader works with in one sync. */
export interface ReadContext {
  readonly log: Log;
  /** Aborted when the process is to end. Nothing needs to be saved then: what is written is enough. */
  readonly signal: AbortSignal;
  /** To be told of pages, requests and waits: the log of the sync tells them. */
  readonly metrics: StreamMetrics;
}

/**
 * A stream of a source. `Opened` is what its reader needs to know of it, and is one type for all streams of a source.
 * `defineStream` makes one that is read on its own.
 */
export interface Stream<Opened = ReadRequest> {
  readonly name: string;
  readonly describe: () => StreamDescription;
  /** Prepares this one stream, without a request to the API. @throws ConnectorError, which fails this stream alone */
  readonly open: (request: ReadRequest) => Opened;
  /** Streams with the same reader come out of one listing and are read together. */
  readonly reader: Reader<Opened>;
}

export interface Reader<Opened = ReadRequest> {
  /**
   * Yields the batches of all these streams in the order they are to be written.
   *
   * - It MUST fetch no further ahead than it is pulled, or up to a bound that it states.
   * - The last batch of a stream with a cursor MUST have a state, even if it has no rows.
   * - A batch of a stream without a cursor MUST NOT have a state; the kit ends such a stream with the protocol's own.
   * - It MUST throw, preferably a ConnectorError, where something cannot be read completely.
   * - It ends when all streams are complete. An error fails every stream that is not complete yet.
   */
  readonly read: (opened: readonly Opened[], context: ReadContext) => AsyncIterable<Batch>;
}
