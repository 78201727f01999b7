import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { parsedOrText } from './lossless-json.ts';
import type { ChangeReport } from './schema-change-report.ts';
import {
  type Coerce,
  type Column,
  fieldAt,
  type Fields,
  type FieldType,
  jsonSchemaOf,
} from './schema-field-type.ts';
import { nameWithoutNul, withoutNul } from './schema-nul.ts';

/** A list whose items are all alike. An object is taken for its one item, an empty object for the empty list. */
export function list(of: FieldType): FieldType {
  return listType(of, (value) => {
    if (Array.isArray(value)) return value;
    if (!isObject(value)) return undefined;
    return isEmpty(value) ? [] : [value];
  });
}

/** A list that may come as the text of its JSON: `"[]"` is an empty list. */
export function listOrText(of: FieldType): FieldType {
  const asList = list(of);
  return listType(
    of,
    (value) =>
      asList.convert(typeof value === 'string' ? parsedOrText(value) : value) as JsonValue[] | undefined,
  );
}

/**
 * A list of items that each have a name and a value, in fields called `name` and `value`. It may come as an object
 * `{NAME: VALUE}`, or as its one item: an object of these two fields and others of an item's.
 */
export function listOfPairs(
  of: FieldType & { readonly fields: Fields },
  name: string,
  value: string,
): FieldType {
  const isItem = (sent: JsonObject) =>
    Object.hasOwn(sent, name) &&
    Object.hasOwn(sent, value) &&
    Object.keys(sent).every((field) => Object.hasOwn(of.fields, field));
  return listType(of, (sent) => {
    if (Array.isArray(sent)) return sent;
    if (!isObject(sent)) return undefined;
    return isItem(sent)
      ? [sent]
      : Object.entries(sent).map(([key, inner]) => ({ [name]: key, [value]: inner }));
  });
}

/** An object of these fields, and of whatever else it brings (`ObjectSchema.coerce` says what becomes of that). */
export function object(fields: Fields): FieldType & { readonly fields: Fields } {
  const column: Column = { type: 'object', properties: properties(fields), additionalProperties: true };
  return {
    fields,
    column,
    convert: asObject,
    compile: (path) => {
      const field = fieldAt(path, column);
      const coerce = compileFields(fields, `${path}.`, cleanInPlace);
      return (value, report) => {
        const converted = asObject(value);
        if (converted === undefined) return report.nulled(field, value);
        coerce(converted, report);
        return converted;
      };
    },
  };
}

const openColumn: Column = { type: 'object', additionalProperties: true };

/** An object whose field names are data. */
export const anyObject: FieldType = {
  column: openColumn,
  convert: asObject,
  compile: (path) => {
    const field = fieldAt(path, openColumn);
    return (value, report) => {
      const converted = asObject(value);
      return converted === undefined ? report.nulled(field, value) : withoutNul(converted, path, report);
    };
  },
};

/** The fields of the items of the list at a dotted path: for a table of its own. None where there is no such list. */
export function itemFields(fields: Fields, path: string): Fields {
  const type = typeAt(fields, path);
  return (type?.item ?? type)?.fields ?? {};
}

/**
 * Makes the reading of the list at a dotted path: its items, in the form that the list's own column gives them, each
 * still to be coerced. An item that has no such form stands there as it was sent. Empty where there is no list;
 * undefined where there is something that is none. The record is not changed.
 */
export function compileItems(
  fields: Fields,
  path: string,
): (record: JsonObject) => readonly JsonValue[] | undefined {
  const names = path.split('.');
  // What is not declared is a list all the same, and its items are rows.
  const types = names.map(
    (_name, depth) =>
      typeAt(fields, names.slice(0, depth + 1).join('.')) ??
      (depth === names.length - 1 ? list(anyObject) : anyObject),
  );
  const item = types.at(-1)?.item;
  return (record) => {
    let value: JsonValue | undefined = record;
    for (const [depth, name] of names.entries()) {
      value = (value as JsonObject)[name];
      if (value === undefined || value === null) return [];
      value = types[depth]?.convert(value);
      if (value === undefined) return undefined;
    }
    return (value as JsonValue[]).map((inner) => (inner === null ? null : (item?.convert(inner) ?? inner)));
  };
}

export function properties(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, jsonSchemaOf(type)]));
}

/** Does what is to be done with a field that is not declared. */
type Undeclared = (
  record: JsonObject,
  name: string,
  object: { readonly prefix: string; readonly isDeclared: (name: string) => boolean },
  report: ChangeReport,
) => void;

/** Coerces an object's fields in place. @param prefix the object's path with a point after it; empty at the top */
export function compileFields(
  fields: Fields,
  prefix: string,
  undeclared: Undeclared,
): (record: JsonObject, report: ChangeReport) => void {
  const coercions = new Map(
    Object.entries(fields).map(([name, type]) => [name, type.compile(prefix + name)]),
  );
  const place = { prefix, isDeclared: (name: string) => coercions.has(name) };
  return (record, report) => {
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      const coerce = coercions.get(name);
      if (coerce === undefined) undeclared(record, name, place, report);
      else if (value !== null) {
        const coerced = coerce(value, report);
        if (coerced !== value) record[name] = coerced;
      }
    }
  };
}

/** NUL goes even here: nested objects reach a database whole, whatever their schema knows. */
const cleanInPlace: Undeclared = (record, sent, { prefix, isDeclared }, report) => {
  const name = nameWithoutNul(record, sent, isDeclared);
  const value = record[name] ?? null;
  report.unexpected.undeclared(prefix, name, value, 'It goes out as it came.');
  if (name !== sent) report.truncated(prefix + name);
  record[name] = withoutNul(value, prefix + name, report);
};

function typeAt(fields: Fields, path: string): FieldType | undefined {
  const [name = '', ...rest] = path.split('.');
  const type = fields[name];
  return rest.length === 0 ? type : typeAt(type?.fields ?? {}, rest.join('.'));
}

function listType(of: FieldType, convert: (value: JsonValue) => JsonValue[] | undefined): FieldType {
  const column: Column = { type: 'array', items: jsonSchemaOf(of) };
  return {
    item: of,
    column,
    convert,
    compile: (path) => {
      const field = fieldAt(path, column);
      const item = of.compile(`${path}[]`);
      return (value, report) => {
        const items = convert(value);
        return items === undefined ? report.nulled(field, value) : coerceItems(items, item, report);
      };
    },
  };
}

function coerceItems(items: JsonValue[], coerce: Coerce, report: ChangeReport): JsonValue[] {
  for (let index = 0; index < items.length; index += 1) {
    const value = items[index];
    if (value === null || value === undefined) continue;
    const { kept } = report;
    const coerced = coerce(value, report);
    if (coerced !== value) items[index] = coerced;
    if (report.kept !== kept) report.within(index, kept);
  }
  return items;
}

/** A list of one object is that object, an empty list the empty object. */
function asObject(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value;
  if (!Array.isArray(value) || value.length > 1) return undefined;
  if (value.length === 0) return {};
  return isObject(value[0]) ? value[0] : undefined;
}

function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0;
}
