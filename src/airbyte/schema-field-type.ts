import type { ChangeReport } from './schema-change-report.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Field } from './unexpected-fields.ts';

/**
 * What one field of a record may be: the column it declares, and how a value is coerced into that column.
 * A field type is a constant or is made from other field types; a stream's schema is written in them alone.
 */
export interface FieldType {
  readonly column: Column;
  /**
   * The value in the form of the column, where nothing is lost by it; undefined where there is no such form. Of a list
   * or an object this is its outer form alone: what is within is coerced by itself. `value` is never null, and is not
   * changed.
   */
  convert(value: JsonValue): JsonValue | undefined;
  /**
   * Makes the coercion of this type for the field at `path`: dotted, with `[]` for the items of a list.
   * Paths are bound here, once a stream, so that no record pays for them.
   */
  compile(path: string): Coerce;
  /** Part of the primary key: the one kind of field that is never null. */
  readonly isKey?: true;
  /** Of an object. */
  readonly fields?: Fields;
  /** Of a list. */
  readonly item?: FieldType;
}

/** The fields of an object, by name: what `object` and `schema` are made of, and what another can spread. */
export type Fields = Readonly<Record<string, FieldType>>;

/** A column's JSON schema before null is allowed beside its type. */
export interface Column extends JsonObject {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  format?: 'date' | 'date-time';
  airbyte_type?: 'timestamp_with_timezone' | 'timestamp_without_timezone';
}

/** Gives the value that goes out in place of `value`, which is never null; what had to be changed is reported. */
export type Coerce = (value: JsonValue, report: ChangeReport) => JsonValue;

export function fieldAt(path: string, { type, format, airbyte_type: airbyteType }: Column): Field {
  return { path, declared: airbyteType ?? format ?? type };
}

/** The field type's JSON schema, with null beside its one type unless it is a key's. */
export function jsonSchemaOf(type: FieldType): JsonObject {
  return type.isKey ? type.column : { ...type.column, type: ['null', type.column.type] };
}

/** A field type that needs to know no more than the value: what `convert` gives undefined for is null. */
export function plainType(column: Column, convert: (value: JsonValue) => JsonValue | undefined): FieldType {
  return {
    column,
    convert,
    compile: (path) => {
      const field = fieldAt(path, column);
      return (value, report) => convert(value) ?? report.nulled(field, value);
    },
  };
}
