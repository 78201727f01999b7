import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';
import { additionalProperties, type ChangeReport } from './change-report.ts';
import { compileFields } from './schema-coercion.ts';
import { type Fields, type FieldType, propertiesOf } from './schema-field-type.ts';
import { anyObject } from './schema-nesting.ts';

export * from './schema-nesting.ts';
export { boolean, integer, number, text } from './schema-scalars.ts';
export { date, naiveTimestamp, parseTime, timestamp } from './schema-times.ts';

/** The one source of a stream's types: what it declares, and what its records are made to hold to. */
export interface ObjectSchema {
  /** For schemas that are this one with a field more, and for tables of a list's items. */
  readonly fields: Fields;

  /**
   * The stream's `json_schema`: draft-07, every field nullable but the key, open at every level. The
   * last column is `_ab_additional_properties`.
   */
  jsonSchema(): JsonObject;

  /**
   * Coerces a freshly parsed record to the schema, in place, and says what had to be changed.
   *
   * - A value goes out as it came, or converted where its column has another form of it and nothing is lost.
   * - What cannot stand in its column is null there (NULLED) and kept, as it was sent, in `_ab_additional_properties`
   *   under its path with indexes, `line_items[3].grams`. Every undeclared field of the record itself is moved there
   *   too. A name that is taken gets a `_` after it; what is nested deeper than 500 levels is the text of its JSON.
   *   Where nothing is kept there is no such column.
   * - An undeclared field of a nested object goes out as it came.
   * - A number that no destination can load (of 1e31 in a column, and beyond a double's range in an open object) is the
   *   text of its digits where it is kept.
   * - A NUL character is taken out of a text or of a name, after which a `_` then tells it from others where it must
   *   (TRUNCATED).
   * - A number with digits of its own (`rawJSON`, see `parseLossless`) keeps them.
   * - In the changes, paths are dotted and without indexes; a field is named once a record, however often it occurs.
   *   Without a change the result is one shared empty array.
   * - A record without a usable key (a key field is missing, null or fits no key) cannot be told from others, and
   * platforms refuse it: it is left as it is, and the result is undefined.
   */
  coerce(record: JsonObject, report: ChangeReport): readonly RecordChange[] | undefined;
}

/** A field that tells one record from another: what `type` says, but never null, and required by `coerce`. */
export function primaryKey(type: FieldType): FieldType {
  return { ...type, isKey: true };
}

/** A stream's schema, from its fields. */
export function schema(fields: Fields): ObjectSchema {
  const keys = Object.entries(fields).filter(([, type]) => type.isKey);
  const coerce = compileFields(fields, '', (record, name, report) => report.moved(record, name));
  return {
    fields,
    jsonSchema: () => ({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: structuredClone(propertiesOf({ ...fields, [additionalProperties]: anyObject })),
      additionalProperties: true,
    }),
    coerce: (record, report) => {
      if (!keys.every(([name, type]) => isUsable(record[name], type))) return undefined;
      coerce(record, report);
      return report.close(record);
    },
  };
}

function isUsable(key: JsonValue | undefined, type: FieldType): boolean {
  if (key === undefined || key === null || Array.isArray(key) || isObject(key)) return false;
  return type.convert(key) !== undefined;
}
