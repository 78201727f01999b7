import type { JsonObject, JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';

/**
 * What one field of a record may be: the column it declares, and how a value is coerced into that column.
 * A field type is a constant or is made from other field types; a stream's schema is written in them alone.
 */
export interface FieldType {
  readonly column: Column;
  /**
   * Makes the coercion of this type for the field at `path` (dotted, without array indexes).
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
interface Column extends JsonObject {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
}

/** Gives the value that goes out in place of `value`, which is never null; what had to be changed is reported. */
export type Coerce = (value: JsonValue, report: ChangeReport) => JsonValue;

const none: readonly RecordChange[] = Object.freeze([]);

/** What coercing one record had to change, and what it met that no schema describes. */
export class ChangeReport {
  readonly unknown: Set<string>;
  changes: readonly RecordChange[] = none;

  constructor(unknown: Set<string>) {
    this.unknown = unknown;
  }

  /** For `return report.nulled(path)`: the value cannot stand in its column. */
  nulled(path: string): null {
    this.#note(path, 'NULLED');
    return null;
  }

  truncated(path: string): void {
    this.#note(path, 'TRUNCATED');
  }

  /** Once a field, however many items of a list it happened in. */
  #note(field: string, change: RecordChange['change']): void {
    if (this.changes.some((known) => known.field === field && known.change === change)) return;
    this.changes = [...this.changes, { field, change, reason: 'SOURCE_SERIALIZATION_ERROR' }];
  }
}

/** The field type's JSON schema, with null beside its one type unless it is a key's (CATA-04). */
export function jsonSchemaOf(type: FieldType): JsonObject {
  return type.isKey ? type.column : { ...type.column, type: ['null', type.column.type] };
}

/** A field type that needs to know no more than the value: what `coerce` gives undefined for is null. */
export function plainType(column: Column, coerce: (value: JsonValue) => JsonValue | undefined): FieldType {
  return { column, compile: (path) => (value, report) => coerce(value) ?? report.nulled(path) };
}
