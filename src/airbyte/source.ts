import type { ChangeReport } from './change-report.ts';
import type { JsonObject } from './json.ts';
import type { ConnectorSpecification, Log, RecordChange, StreamDescription, SyncMode } from './protocol.ts';
import type { Redact } from './secrets.ts';
import type { StreamMetrics } from './stream-metrics.ts';

/** A source connector, as `runSource` takes it. `load` is for a source whose `spec` must start without the rest. */
export type Source<Config, Opened = ReadRequest> = {
  /** The program's name, for its usage text. */
  readonly name: string;
  /** What `spec` prints. A property marked `airbyte_secret` is redacted from every log line and trace. */
  readonly specification: () => ConnectorSpecification;
} & (Connector<Config, Opened> | { readonly load: () => Promise<Connector<Config, Opened>> });

/** What check, discover and read need. */
export interface Connector<Config, Opened = ReadRequest> {
  /**
   * Validates the configuration, without a request.
   * @throws ConnectorError (config_error) that names all that is wrong, and no value
   */
  readonly parseConfig: (raw: JsonObject, log: Log) => Config;
  /** Makes the streams of a valid configuration, without a request. */
  readonly connect: (config: Config, context: ConnectContext) => Connection<Opened>;
}

export interface ConnectContext {
  readonly log: Log;
  /** For a text that is cut before it is logged. Texts that reach the log whole are redacted anyway. */
  readonly redact: Redact;
}

/** A source with its configuration. */
export interface Connection<Opened = ReadRequest> {
  /** Every stream of the source, in the order `discover` lists them. */
  readonly streams: readonly Stream<Opened>[];
  /**
   * Makes real requests and resolves when a sync could start, perhaps to what the user should know of it.
   * @throws ConnectorError: a config_error or a transient_error makes the connection status FAILED
   */
  readonly check: (signal: AbortSignal) => Promise<string | void>;
  /** Requests a second that the API allows, and of what it has allowed so far the share used, 0 to 1. For the log of a sync. */
  readonly rateLimit?: () => { readonly perSecond: number; readonly used: number | undefined };
}

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
