import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { digitsOf } from './schema-numbers.ts';
import type { ChangeReport, FieldType } from './schema-field-type.ts';

/**
 * Text. A NUL character is removed, since PostgreSQL stores none. A number or a boolean goes out as it came:
 * destinations write it down as text themselves. A list or an object is null.
 */
export const text: FieldType = {
  column: { type: 'string' },
  compile: (path) => (value, report) => {
    if (typeof value === 'string') return cleanText(value, path, report);
    return typeof value === 'object' && !JSON.isRawJSON(value) ? report.nulled(path) : value;
  },
};

/** Text that may come as a number, whose own digits it then is: 0.10 is `"0.10"`. */
export const textOrNumber: FieldType = {
  column: { type: 'string' },
  compile: (path) => {
    const asText = text.compile(path);
    return (value, report) =>
      typeof value === 'number' || JSON.isRawJSON(value) ? digitsOf(value) : asText(value, report);
  },
};

/** Text that may come as anything: what is not text already is written as JSON, whose escapes a database reads too. */
export const textOrAnything: FieldType = {
  column: { type: 'string' },
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
