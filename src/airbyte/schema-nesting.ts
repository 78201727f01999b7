import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { parsedOrText } from './lossless-json.ts';
import { nameWithoutNul, withoutNul } from './schema-texts.ts';
import {
  type Fields,
  type Coerce,
  jsonSchemaOf,
  type ChangeReport,
  type FieldType,
} from './schema-field-type.ts';

/** A list whose items are all alike. Anything but a list is null. */
export function list(of: FieldType): FieldType {
  return {
    item: of,
    column: { type: 'array', items: jsonSchemaOf(of) },
    compile: (path) => {
      const item = of.compile(path);
      return (value, report) =>
        Array.isArray(value) ? coerceItems(value, item, report) : report.nulled(path);
    },
  };
}

/** A list that may come as the text of its JSON: `"[]"` is an empty list. */
export function listOrText(of: FieldType): FieldType {
  const parsed = list(of);
  return {
    ...parsed,
    compile: (path) => {
      const coerce = parsed.compile(path);
      return (value, report) => coerce(typeof value === 'string' ? parsedOrText(value) : value, report);
    },
  };
}

/** An object of these fields, and of whatever else it brings (`ObjectSchema.coerce` says what becomes of that). */
export function object(fields: Fields): FieldType & { readonly fields: Fields } {
  return {
    fields,
    column: { type: 'object', properties: properties(fields), additionalProperties: true },
    compile: (path) => {
      const coerce = compileFields(fields, path);
      return (value, report) => {
        if (!isObject(value)) return report.nulled(path);
        coerce(value, report);
        return value;
      };
    },
  };
}

/** An object whose field names are data. */
export const anyObject: FieldType = {
  column: { type: 'object', additionalProperties: true },
  compile: (path) => (value, report) =>
    isObject(value) ? withoutNul(value, path, report) : report.nulled(path),
};

/** The fields of the items of the list at a dotted path: for a table of its own. None where there is no such list. */
export function itemFields(fields: Fields, path: string): Fields {
  const [name = '', ...rest] = path.split('.');
  const type = fields[name];
  if (rest.length > 0) return itemFields(type?.fields ?? {}, rest.join('.'));
  return (type?.item ?? type)?.fields ?? {};
}

export function properties(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, jsonSchemaOf(type)]));
}

/** Coerces an object's fields in place. */
export function compileFields(
  fields: Fields,
  path: string,
): (record: JsonObject, report: ChangeReport) => void {
  const prefix = path === '' ? '' : `${path}.`;
  const coercions = new Map(
    Object.entries(fields).map(([name, type]) => [name, type.compile(prefix + name)]),
  );
  /** NUL goes even here: nested objects reach a database whole, whatever their schema knows. */
  const cleanUnknown = (record: JsonObject, sent: string, report: ChangeReport) => {
    const name = nameWithoutNul(record, sent, (other) => coercions.has(other));
    report.unknown.add(prefix + name);
    if (name !== sent) report.truncated(prefix + name);
    record[name] = withoutNul(record[name] ?? null, prefix + name, report);
  };
  return (record, report) => {
    for (const name in record) {
      const value = record[name];
      const coerce = coercions.get(name);
      if (coerce === undefined) cleanUnknown(record, name, report);
      else if (value !== null && value !== undefined) {
        const coerced = coerce(value, report);
        if (coerced !== value) record[name] = coerced;
      }
    }
  };
}

function coerceItems(items: JsonValue[], coerce: Coerce, report: ChangeReport): JsonValue[] {
  for (const [index, value] of items.entries()) {
    if (value === null) continue;
    const coerced = coerce(value, report);
    if (coerced !== value) items[index] = coerced;
  }
  return items;
}
