import type { JsonValue } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import { schema } from './schema.ts';
import type { FieldType } from './schema-field-type.ts';

/** What becomes of a value, given as JSON text, in a column of this type; and what is said about it. */
export function coerced(type: FieldType, json: string): { json: string; changes: string[] } {
  const record = { column: parseLossless(json) };
  const changes = schema({ column: type }).coerce(record, new Set());
  return {
    json: JSON.stringify(record.column),
    changes: changes.map(({ field, change }) => `${field} ${change}`),
  };
}

export const nulled = { json: 'null', changes: ['column NULLED'] };

/** For values that must go out as they came. */
export function untouched(json: string): { json: string; changes: string[] } {
  return { json: JSON.stringify(parseLossless(json)), changes: [] };
}

export function changed(value: JsonValue): { json: string; changes: string[] } {
  return { json: JSON.stringify(value), changes: [] };
}
