import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { ChangeReport } from './schema-change-report.ts';
import type { FieldType } from './schema-field-type.ts';

/**
 * Text. A NUL character is removed, since PostgreSQL stores none. Anything else is the text of its JSON, whose escapes a
 * database reads too; of a number these are its own digits, so 0.10 is `"0.10"`.
 */
export const text: FieldType = {
  column: { type: 'string' },
  convert: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  compile: (path) => (value, report) =>
    typeof value === 'string'
      ? cleanText(value, path, report)
      : JSON.stringify(withoutNul(value, path, report)),
};

/** The value, with the NUL characters removed from every text and every field name in it, in place. */
export function withoutNul(value: JsonValue, path: string, report: ChangeReport): JsonValue {
  const clean = (inner: JsonValue): JsonValue => {
    if (typeof inner === 'string') return cleanText(inner, path, report);
    if (Array.isArray(inner)) return inner.map(clean);
    if (!isObject(inner)) return inner;
    for (const sent of Object.keys(inner)) {
      const name = nameWithoutNul(inner, sent);
      if (name !== sent) report.truncated(path);
      inner[name] = clean(inner[name] ?? null);
    }
    return inner;
  };
  return clean(value);
}

/** Takes NUL out of a field's name; what is no name of its own then, or that of a column, gets a `_` behind it. */
export function nameWithoutNul(
  record: JsonObject,
  sent: string,
  isColumn: (name: string) => boolean = () => false,
): string {
  if (!sent.includes('\0')) return sent;
  let name = sent.replaceAll('\0', '');
  // Inherited names are taken too: what is written to `__proto__` is no field.
  while (name === '' || name in record || isColumn(name)) name += '_';
  record[name] = record[sent] ?? null;
  delete record[sent];
  return name;
}

function cleanText(value: string, path: string, report: ChangeReport): string {
  if (!value.includes('\0')) return value;
  report.truncated(path);
  return value.replaceAll('\0', '');
}
