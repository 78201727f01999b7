import { Failure } from './failure.ts';
import type { JsonObject } from './json.ts';
import type { RecordChange } from './protocol.ts';
import { compileFields, properties } from './schema-nesting.ts';
import { type Fields, ChangeReport, type FieldType } from './schema-field-type.ts';

export { anyObject, itemFields, list, listOrText, object } from './schema-nesting.ts';
export { boolean, booleanOrBit, integer, integerOrText, number } from './schema-numbers.ts';
export { text, textOrAnything, textOrNumber } from './schema-texts.ts';
export { date, naiveTimestamp, timestamp } from './schema-times.ts';

/** The one source of a stream's types: what it declares, and what its records are made to hold to. */
export interface ObjectSchema {
  /** For schemas that are this one with a field more, and for tables of a list's items. */
  readonly fields: Fields;

  /** The stream's `json_schema`: draft-07, every field nullable but the key, open at every level (CATA-03..05). */
  jsonSchema(): JsonObject;

  /**
   * Coerces a freshly parsed record to the schema, in place, and says what had to be changed (NEW-07).
   *
   * - A value goes out as it came, except where its type declares a conversion, which loses nothing.
   * - What still cannot stand in its column is null (NULLED), and a NUL character is taken out of a text or of a name,
   *   behind which a `_` then tells it from others where it must (TRUNCATED); the record goes out all the same. Paths
   *   are dotted and without array indexes; a field is named once a record, however often it occurs. Without a change
   *   the result is one shared empty array.
   * - A field that no schema describes, at any level, goes out as it came; its path is added to `unknown`.
   * - A number with digits of its own (`JSON.rawJSON`, see `parseLossless`) keeps them.
   *
   * @throws Failure (system_error) if a key field is missing, null or coercions no key: such a record cannot be told from
   * others, and platforms refuse it (MSG-04). The message names the field, never its value.
   */
  coerce(record: JsonObject, unknown: Set<string>): readonly RecordChange[];
}

/** A field that tells one record from another: what `type` says, but never null, and required by `coerce`. */
export function primaryKey(type: FieldType): FieldType {
  return { ...type, isKey: true };
}

/** A stream's schema, from its fields. */
export function schema(fields: Fields): ObjectSchema {
  const keys = Object.keys(fields).filter((name) => fields[name]?.isKey);
  const coerceAll = compileFields(fields, '');
  return {
    fields,
    jsonSchema: () => ({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: structuredClone(properties(fields)),
      additionalProperties: true,
    }),
    coerce: (record, unknown) => {
      const report = new ChangeReport(unknown);
      coerceAll(record, report);
      for (const key of keys) if (record[key] === undefined || record[key] === null) throw noKey(key);
      return report.changes;
    },
  };
}

function noKey(field: string): Failure {
  const message = `A record came without a usable key: its field "${field}" is missing or of a type no key can have. It cannot be told from other records, so this stream stops here; please report it.`;
  return new Failure('system_error', message);
}
