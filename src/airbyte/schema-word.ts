import type { JsonObject, JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';

/**
 * What one field of a record may be: the column it declares, and how a value is fitted into that column.
 * Words are constants or are made from other words; a stream's schema is written in them alone.
 */
export interface Word {
  readonly column: Column;
  /**
   * Makes the fit of this word for the field at `path` (dotted, without array indexes).
   * Paths are bound here, once a stream, so that no record pays for them.
   */
  at(path: string): Fit;
  /** Part of the primary key: the one kind of field that is never null. */
  readonly isKey?: true;
  /** Of an object. */
  readonly fields?: Fields;
  /** Of a list. */
  readonly item?: Word;
}

/** The fields of an object, by name: what `object` and `schema` are made of, and what another can spread. */
export type Fields = Readonly<Record<string, Word>>;

/** A column's JSON schema before null is allowed beside its type. */
interface Column extends JsonObject {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
}

/** Gives the value that goes out in place of `value`, which is never null; what had to be changed is reported. */
export type Fit = (value: JsonValue, report: Report) => JsonValue;

const none: readonly RecordChange[] = Object.freeze([]);

/** What fitting one record had to change, and what it met that no word describes. */
export class Report {
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

/** The word's JSON schema, with null beside its one type unless it is a key's (CATA-04). */
export function jsonSchemaOf(word: Word): JsonObject {
  return word.isKey ? word.column : { ...word.column, type: ['null', word.column.type] };
}

/** A word that needs to know no more than the value: what `fit` gives undefined for is null. */
export function plainWord(column: Column, fit: (value: JsonValue) => JsonValue | undefined): Word {
  return { column, at: (path) => (value, report) => fit(value) ?? report.nulled(path) };
}
