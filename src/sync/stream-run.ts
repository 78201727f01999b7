import type { Batch, JsonObject, Log, ObjectSchema, ReadRequest, Row } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { cursorOf } from './cursor.ts';
import { type Instant, toText } from './instant.ts';
import { savedCursor } from './saved-cursor.ts';

/** What one stream takes of the records of a listing. */
export interface RecordExtractor {
  readonly name: string;
  readonly schema: ObjectSchema;
  /** Undefined for a stream without a cursor. */
  readonly cursorField: string | undefined;
  /** The stream's own records within one of the listing's; `log` is told of what has to be left out. */
  extractRecords(record: ApiObject, log: WarningLog): readonly JsonObject[];
}

export type WarningLog = Pick<Log, 'warn'>;

/** One of the streams that a listing feeds in this sync: what it has saved, and what it makes of the listing's records. */
export class StreamRun implements WarningLog {
  readonly #stream: RecordExtractor;
  readonly request: ReadRequest;
  readonly #warned = new Set<string>();
  #pages = 0;
  /** The saved cursor; undefined at a first sync, and for a stream without a cursor. */
  readonly saved: Instant | undefined;
  /** The same for the deletions of this stream's records, where it is to have tombstones. */
  readonly deletions: StreamRun | undefined;

  /** @throws ConnectorError (config_error) where the state holds no cursor that can be read (STI-03) */
  constructor(stream: RecordExtractor, request: ReadRequest, deletions?: StreamRun) {
    this.#stream = stream;
    this.request = request;
    this.deletions = deletions;
    const { name, cursorField } = stream;
    this.saved = cursorField === undefined ? undefined : savedCursor(name, request.state, cursorField);
    if (this.saved === undefined && Object.keys(request.state ?? {}).some((key) => !key.startsWith('__ab_')))
      this.warn(`its state holds no ${cursorField}; reading from the start.`);
  }

  get name(): string {
    return this.#stream.name;
  }

  /** Whether a later sync resumes from what this one saves. */
  get isIncremental(): boolean {
    return this.request.syncMode === 'incremental';
  }

  /** Logs each sentence once a sync. */
  warn(what: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.request.log.warn(`${this.name}: ${what}`);
  }

  /** Warns where the saved cursor is later than `latest`, the latest that this sync could save: it stays as it is (STI-05). */
  warnOfLateCursor(latest: Instant): void {
    if (this.saved === undefined || this.saved <= latest) return;
    this.warn(
      `the saved cursor ${toText(this.saved)} is later than this sync could save; it stays as it is. If it is in the future, what is updated until then is not synced: reset the stream to read it again.`,
    );
  }

  /** This stream's rows of these records, made as they are written; rows that are the records are coerced in place. */
  batch(records: Iterable<ApiObject>, state?: JsonObject, share?: number): Batch {
    return { stream: this.name, rows: { [Symbol.iterator]: () => this.#rows(records) }, state, share };
  }

  *#rows(records: Iterable<ApiObject>): Iterator<Row> {
    let index = 0;
    for (const record of records) {
      if (index === 0) this.#pages += 1;
      for (const data of this.#stream.extractRecords(record, this)) {
        const changes = this.#stream.schema.coerce(data, this.request.changes);
        if (changes === undefined) this.#leaveOut(data, `page ${this.#pages}, index ${index}`);
        else yield changes.length === 0 ? { data } : { data, changes };
      }
      index += 1;
    }
  }

  /** A row without a usable key fails the stream once: a sync that reads a lookback window meets it again. */
  #leaveOut(data: JsonObject, place: string): void {
    const field = this.#stream.cursorField ?? 'updated_at';
    const instant = cursorOf(data, field);
    if (this.isIncremental && instant !== undefined && this.saved !== undefined && instant <= this.saved)
      this.warn('a row without a usable key, which the saved cursor has passed, came again and is left out.');
    else this.request.onKeylessRow(instant === undefined ? place : `${place} (${field} ${toText(instant)})`);
  }
}
