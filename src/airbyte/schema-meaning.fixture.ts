import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { FieldType } from './schema-field-type.ts';

/** What a value means: two values that are written otherwise but say the same are the same text here. */
export function meaning(value: JsonValue | undefined, type: FieldType | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (type?.item !== undefined) {
    const items = type.convert(value);
    return items === undefined ? unreadable : (items as JsonValue[]).map((item) => meaning(item, type.item));
  }
  if (type?.fields !== undefined) {
    const fields = type.convert(value) as JsonObject | undefined;
    if (fields === undefined) return unreadable;
    return Object.entries(fields).map(([name, inner]) => [name, meaning(inner, ownField(type, name))]);
  }
  if (type === undefined) return JSON.stringify(asKept(value, Number.POSITIVE_INFINITY));
  return plainMeaning(value, type);
}

function ownField({ fields = {} }: FieldType, name: string): FieldType | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export const unreadable = Symbol('no such column can hold it');

/** Written without the code that it tests: what each kind of column makes of a value. */
function plainMeaning(value: JsonValue, { column }: FieldType): unknown {
  const json = JSON.stringify(value);
  const written = typeof value === 'string' ? value : json;
  const kind = column.format ?? column.type;
  switch (kind) {
    case 'object':
      if (Array.isArray(value) && value.length === 0) return '{}';
      if (isObject(value)) return JSON.stringify(asKept(value, Number.POSITIVE_INFINITY));
      return Array.isArray(value) && value.length === 1 && isObject(value[0])
        ? JSON.stringify(asKept(value[0], Number.POSITIVE_INFINITY))
        : unreadable;
    case 'boolean':
      if (written === 'true' || written === 'false') return written;
      if (typeof value === 'string' || Array.isArray(value) || isObject(value)) return unreadable;
      return [0, 1].includes(Number(json)) ? String(Number(json) === 1) : unreadable;
    case 'integer':
    case 'number': {
      if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(written)) return unreadable;
      const size = Number(written);
      if (column.type === 'number') return Math.abs(size) < 1e31 ? String(size) : unreadable;
      if (typeof value === 'string' && !/^-?\d+$/.test(value)) return unreadable;
      const fits = Number.isInteger(size) && Math.abs(size) < 2 ** 63;
      return fits ? String(size) : unreadable;
    }
    case 'date':
    case 'date-time': {
      if (typeof value !== 'string') return unreadable;
      const utc = new Date(
        /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(value)
          ? `${value.slice(0, 10)}T${value.slice(11) || '00:00'}Z`
          : value,
      );
      const isTime = /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(utc.getTime());
      if (!isTime || (column.format === 'date' && utc.getTime() % 86_400_000 !== 0)) return unreadable;
      return utc.toISOString();
    }
    case 'array':
    case 'string':
      return written;
    default:
      return kind satisfies never;
  }
}

/** The values within `value` that its type cannot hold, by their path. */
export function* unfit(
  value: JsonValue | undefined,
  type: FieldType,
  path: string,
): Generator<[string, JsonValue]> {
  if (value === null || value === undefined) return;
  const converted = type.item !== undefined || type.fields !== undefined ? type.convert(value) : value;
  if (converted === undefined) yield [path, value];
  else if (type.item !== undefined)
    for (const [index, item] of (converted as JsonValue[]).entries())
      yield* unfit(item, type.item, `${path}[${index}]`);
  else if (type.fields !== undefined)
    for (const [name, inner] of Object.entries(type.fields))
      yield* unfit(
        Object.hasOwn(converted as JsonObject, name) ? (converted as JsonObject)[name] : null,
        inner,
        `${path}.${name}`,
      );
  else if (plainMeaning(value, type) === unreadable) yield [path, value];
}

/** The meaning of a value with null for what its type cannot hold. */
export function meaningOfFit(value: JsonValue | undefined, type: FieldType): unknown {
  const clean = (node: unknown): unknown => {
    if (node === unreadable) return null;
    return Array.isArray(node) ? node.map(clean) : node;
  };
  return clean(meaning(value, type));
}

/** What is kept of a value: a number that no destination can load is the text of its digits. */
export function asKept(value: JsonValue, tooLarge = 1e31): JsonValue {
  if (Array.isArray(value)) return value.map((inner) => asKept(inner, tooLarge));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asKept(inner, tooLarge)]));
  const digits = JSON.stringify(value);
  return typeof value !== 'string' && Math.abs(Number(digits)) >= tooLarge ? digits : value;
}
