import {
  type Batch,
  integer,
  type JsonObject,
  type JsonValue,
  type Log,
  type ObjectSchema,
  primaryKey,
  type Reader,
  type ReadRequest,
  schema,
  timestamp,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/answer.ts';
import type { Get } from '../recharge/pages.ts';
import { cursorOf } from './cursor.ts';
import { toNewYorkText, toText } from './instant.ts';
import type { StreamRun } from './stream-run.ts';
import { RecordStream } from './record-stream.ts';
import type { RechargeStream } from './recharge-stream.ts';

/** Where the deletions of other streams' records are told. */
export interface Deletions {
  /** Whether it tells of this stream's. */
  supports(stream: string): boolean;
  /** What it needs to know to do so in this sync; undefined where it does not. @throws ConnectorError (config_error) (STI-03) */
  openFor(stream: RechargeStream, request: ReadRequest): StreamRun | undefined;
  /** The batches of a listing, and behind them the tombstones of the member that wants them. */
  behind(
    listing: AsyncIterable<Batch>,
    members: readonly StreamRun[],
    get: Get,
    log: Log,
  ): AsyncIterable<Batch>;
}

/** The column that destinations of Airbyte delete by. */
const deletedAt = '_ab_cdc_deleted_at';

/** A stream's schema with the column of its tombstones. */
export function withDeletedAt({ fields }: ObjectSchema): ObjectSchema {
  return schema({ ...fields, [deletedAt]: timestamp });
}

/**
 * The tombstones of one stream, out of events: a row of the key and, as its cursor, the time of the deletion, so that a
 * row that was updated after it stands above it.
 */
export class Tombstones extends RecordStream {
  override readonly name: string;
  override readonly schema: ObjectSchema;
  override readonly cursorField: string;
  override readonly reader: Reader<StreamRun>;
  override readonly scopes = [];
  readonly #of: RechargeStream;
  readonly #objectType: string;

  /** @param objectType what events call the stream's records @param reader whose cursor stands beside the stream's own */
  constructor(of: RechargeStream, objectType: string, reader: RechargeStream & { cursorField: string }) {
    super();
    this.#of = of;
    this.#objectType = objectType;
    this.name = of.name;
    this.reader = reader;
    this.cursorField = reader.cursorField;
    this.schema = schema({ ...of.schema.fields, id: primaryKey(integer), [deletedAt]: timestamp });
  }

  override extractRecords(event: ApiObject, member: StreamRun): readonly JsonObject[] {
    if (event['object_type'] !== this.#objectType) return [];
    const { object_id: sent = null } = event as JsonObject;
    const id = sent === null ? undefined : integer.convert(sent);
    const instant = cursorOf(event, 'created_at');
    if (id !== undefined && instant !== undefined)
      return [{ id, ...this.#cursorAt(instant), [deletedAt]: toText(instant) }];
    member.warn('an event tells of a deletion without saying of what or when; it is left out.');
    return [];
  }

  /** In the form that the stream's own rows have. */
  #cursorAt(instant: number): Record<string, JsonValue> {
    const { cursorField = '', schema: own } = this.#of;
    const isNaive = own.fields[cursorField]?.column.airbyte_type === 'timestamp_without_timezone';
    return { [cursorField]: isNaive ? toNewYorkText(instant) : toText(instant) };
  }
}
