import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * The value in place, with the NUL characters removed from every text and every field name in it, since PostgreSQL stores
 * none. @param onNul called for each text and name that had one @param leaf what becomes of all else but lists and objects
 */
export function withoutNul(
  value: JsonValue,
  onNul: () => void,
  leaf: (value: JsonValue) => JsonValue = (inner) => inner,
): JsonValue {
  if (typeof value === 'string') {
    if (!value.includes('\0')) return value;
    onNul();
    return value.replaceAll('\0', '');
  }
  if (Array.isArray(value)) return value.map((inner) => withoutNul(inner, onNul, leaf));
  if (!isObject(value)) return leaf(value);
  for (const sent of Object.keys(value)) {
    const name = nameWithoutNul(value, sent);
    if (name !== sent) onNul();
    value[name] = withoutNul(value[name] ?? null, onNul, leaf);
  }
  return value;
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
