import { integer, type JsonObject, type ObjectSchema, schema, timestamp } from '../airbyte/index.ts';
import { cursorOf } from './cursor.ts';
import { toNewYorkText, toText } from './instant.ts';
import type { RecordExtractor } from './stream-run.ts';

/** The column that destinations of Airbyte delete by. */
const deletedAt = '_ab_cdc_deleted_at';

/** A stream's schema with the column of its tombstones. */
export function withDeletedAt({ fields }: ObjectSchema): ObjectSchema {
  return schema({ ...fields, [deletedAt]: timestamp });
}

/**
 * A row for each deletion in events: the key and, as the cursor, its time, above which a row that was updated later stands.
 * @param objectType what events call the stream's records @param cursorField where the events' cursor stands in the state
 */
export function tombstones(of: RecordExtractor, objectType: string, cursorField: string): RecordExtractor {
  const ownCursor = of.cursorField ?? '';
  const isNaive = of.schema.fields[ownCursor]?.column.airbyte_type === 'timestamp_without_timezone';
  return {
    name: of.name,
    cursorField,
    schema: withDeletedAt(of.schema),
    extractRecords: (event, log) => {
      if (event['object_type'] !== objectType) return [];
      const { object_id: sent = null } = event as JsonObject;
      const id = sent === null ? undefined : integer.convert(sent);
      const instant = cursorOf(event, 'created_at');
      if (id === undefined || instant === undefined) {
        log.warn('an event tells of a deletion without saying of what or when; it is left out.');
        return [];
      }
      // In the form that the stream's own rows have.
      const cursor = isNaive ? toNewYorkText(instant) : toText(instant);
      return [{ id, [ownCursor]: cursor, [deletedAt]: toText(instant) }];
    },
  };
}
