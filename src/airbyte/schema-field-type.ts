import type { JsonObject, JsonValue } from './json.ts';

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

/** The field type's JSON schema, with null beside its one type unless it is a key's. */
export function jsonSchemaOf({ column, isKey }: FieldType): JsonObject {
  return isKey ? column : { ...column, type: ['null', column.type] };
}

export function propertiesOf(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, jsonSchemaOf(type)]));
}
