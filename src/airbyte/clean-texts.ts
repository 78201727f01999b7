import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Gives a text without what may not go out. */
export type Clean = (text: string) => string;

/** The value in place, with every text and field name in it cleaned. @param leaf what becomes of numbers and the like */
export function cleanTexts(
  value: JsonValue,
  clean: Clean,
  leaf: (value: JsonValue) => JsonValue = (inner) => inner,
): JsonValue {
  if (typeof value === 'string') return clean(value);
  if (!Array.isArray(value) && !isObject(value)) return leaf(value);
  const fields = value as JsonObject;
  for (const sent of Object.keys(fields)) {
    const name = Array.isArray(value) ? sent : cleanName(fields, sent, clean);
    const inner = fields[name] ?? null;
    const cleaned = cleanTexts(inner, clean, leaf);
    if (cleaned !== inner) fields[name] = cleaned;
  }
  return value;
}

/** Cleans a field's name; what is no name of its own then, or that of a column, gets a `_` after it. */
export function cleanName(
  record: JsonObject,
  sent: string,
  clean: Clean,
  isColumn: (name: string) => boolean = () => false,
): string {
  let name = clean(sent);
  if (name === sent) return sent;
  // Inherited names are taken too: what is written to `__proto__` is no field.
  while (name === '' || name in record || isColumn(name)) name += '_';
  record[name] = record[sent] ?? null;
  delete record[sent];
  return name;
}

/** Without NUL, which PostgreSQL does not store. @param onNul called for each text that had one */
export function withoutNul(onNul: () => void): Clean {
  return (text) => {
    if (!text.includes('\0')) return text;
    onNul();
    return text.replaceAll('\0', '');
  };
}
