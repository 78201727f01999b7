import {
  integer,
  type JsonObject,
  type JsonValue,
  type ObjectSchema,
  primaryKey,
  schema,
  timestamp,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { cursorOf } from './cursor.ts';
import { toNewYorkText, toText } from './instant.ts';
import type { RecordExtractor, WarningLog } from './stream-run.ts';

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
export class Tombstones implements RecordExtractor {
  readonly name: string;
  readonly schema: ObjectSchema;
  readonly cursorField: string;
  readonly #of: RecordExtractor;
  readonly #objectType: string;

  /** @param objectType what events call the stream's records @param cursorField where the events' cursor stands in the state */
  constructor(of: RecordExtractor, objectType: string, cursorField: string) {
    this.#of = of;
    this.#objectType = objectType;
    this.name = of.name;
    this.cursorField = cursorField;
    this.schema = schema({ ...of.schema.fields, id: primaryKey(integer), [deletedAt]: timestamp });
  }

  extractRecords(event: ApiObject, log: WarningLog): readonly JsonObject[] {
    if (event['object_type'] !== this.#objectType) return [];
    const { object_id: sent = null } = event as JsonObject;
    const id = sent === null ? undefined : integer.convert(sent);
    const instant = cursorOf(event, 'created_at');
    if (id !== undefined && instant !== undefined)
      return [{ id, ...this.#cursorAt(instant), [deletedAt]: toText(instant) }];
    log.warn('an event tells of a deletion without saying of what or when; it is left out.');
    return [];
  }

  /** In the form that the stream's own rows have. */
  #cursorAt(instant: number): Record<string, JsonValue> {
    const { cursorField = '', schema: own } = this.#of;
    const isNaive = own.fields[cursorField]?.column.airbyte_type === 'timestamp_without_timezone';
    return { [cursorField]: isNaive ? toNewYorkText(instant) : toText(instant) };
  }
}
