import type { JsonObject, JsonValue } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import { schema } from './schema.ts';
import type { FieldType } from './schema-field-type.ts';
import { ChangeReport } from './change-report.ts';

/** For tests that do not look at the warnings. */
export const ignored = () => new ChangeReport(() => {});

interface Coerced {
  readonly json: string;
  readonly changes: readonly string[];
  /** What stands in `_ab_additional_properties`, as JSON text. */
  readonly kept?: string | undefined;
}

/** What becomes of a value, given as JSON text, in a column of this type; what is said about it, and what is kept. */
export function coerced(type: FieldType, json: string): Coerced {
  const record: JsonObject = { column: parseLossless(json) };
  const changes = schema({ column: type }).coerce(record, ignored()) ?? [];
  return {
    json: JSON.stringify(record['column']),
    changes: changes.map(({ field, change }) => `${field} ${change}`),
    kept: JSON.stringify(record['_ab_additional_properties']),
  };
}

/** For a value that cannot stand in the column. @param kept its JSON where it is kept, if that is not as it was sent */
export function nulled(sent: string, kept = JSON.stringify(parseLossless(sent))): Coerced {
  return { json: 'null', changes: ['column NULLED'], kept: `{"column":${kept}}` };
}

/** For values that must go out as they came. */
export function untouched(json: string): Coerced {
  return { json: JSON.stringify(parseLossless(json)), changes: [] };
}

export function changed(value: JsonValue): Coerced {
  return { json: JSON.stringify(value), changes: [] };
}
