import type { Log } from './emitter.ts';
import type { JsonObject } from './json.ts';
import type { RecordChange, StreamDescription, SyncMode } from './protocol.ts';

/** A record on its way out, and what had to be changed to make it fit its schema. */
export interface Row {
  /** At least one field: platforms drop an empty record without a word (MSG-04). */
  readonly data: JsonObject;
  readonly changes?: readonly RecordChange[];
}

/**
 * Rows of one stream that belong together, and the state that holds once all of them are written.
 *
 * The contract: a state covers every row of this stream yielded up to and including its own batch. So a sync killed
 * after that state was written may send rows again, but never misses one. The engine writes the rows first and the
 * state after them; a stream cannot say the one without the other.
 */
export interface Batch {
  /** The name of the stream. */
  readonly stream: string;
  /** Gone through once, as they are written. */
  readonly rows: Iterable<Row>;
  readonly state?: JsonObject | undefined;
  /** The stream is complete with this, before its reader is: what that meets later is not this stream's failure. */
  readonly complete?: true;
}

export interface ReadRequest {
  readonly syncMode: SyncMode;
  /** What this stream saved at its last checkpoint; absent at a first sync. */
  readonly state?: JsonObject | undefined;
  readonly log: Log;
  /** To be called when the API holds the stream back, with the time from which it goes on; milliseconds since the epoch (SS-04). */
  readonly onRateLimited: (until: number) => void;
}

/** A stream of the source. `Opened` is what its reader wants to know of it; to the kit it is nothing. */
export interface Stream<Opened = unknown> {
  readonly name: string;
  /** Who reads it. Streams that name the same reader come out of one listing and are read together. */
  readonly reader: Reader<Opened>;
  describe(): StreamDescription;
  /** Takes in what is asked of this one stream, without a request. @throws Failure, which fails this stream alone */
  open(request: ReadRequest): Opened;
}

export interface Reader<Opened = unknown> {
  /**
   * Yields the batches of all these streams in the order they are to be written, pulling no further than it is asked for.
   *
   * - A stream with a cursor MUST get a state with its last batch, even if that holds no rows (STO-01).
   * - A stream without a cursor gets none; the engine ends it with the protocol's sentinel (RFR-01).
   * - What cannot be read completely MUST throw, a Failure by preference. It is never left out.
   * - It ends when all of them are complete; what it throws, it throws for all of them that are not.
   *
   * `signal` is aborted when the process is to end; nothing needs to be saved then: what is written is enough.
   */
  read(opened: readonly Opened[], sync: { log: Log; signal: AbortSignal }): AsyncIterable<Batch>;
}
