import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Is told of each text that lost a character. */
interface TruncationReport {
  readonly truncated: (path: string) => void;
}

/** The value, with the NUL characters removed from every text and every field name in it, in place. */
export function withoutNul(value: JsonValue, path: string, report: TruncationReport): JsonValue {
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

/** Takes NUL out of a field's name; what is no name of its own then, or that of a column, gets a `_` after it. */
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

/** The text, without its NUL characters. */
export function cleanText(value: string, path: string, report: TruncationReport): string {
  if (!value.includes('\0')) return value;
  report.truncated(path);
  return value.replaceAll('\0', '');
}
