import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { parsedOrText } from './lossless-json.ts';
import { type Fields, type FieldType, jsonSchemaOf, propertiesOf } from './schema-field-type.ts';

/** The type of an object: its fields are at hand. */
export type ObjectType = FieldType & { readonly fields: Fields };

/** A list whose items are all alike. An object is taken for its one item, an empty object for the empty list. */
export function list(item: FieldType): FieldType {
  return listType(item, (value) => {
    if (Array.isArray(value)) return value;
    if (!isObject(value)) return undefined;
    return Object.keys(value).length === 0 ? [] : [value];
  });
}

/** A list that may come as the text of its JSON: `"[]"` is an empty list. */
export function listOrText(item: FieldType): FieldType {
  const asList = list(item);
  return listType(item, (value) => asList.convert(typeof value === 'string' ? parsedOrText(value) : value));
}

/**
 * A list of items that each have a name and a value, in fields called `name` and `value`. It may come as an object
 * `{NAME: VALUE}`, or as its one item: an object of these two fields and others of an item's.
 */
export function listOfPairs(item: ObjectType, name: string, value: string): FieldType {
  const isItem = (sent: JsonObject) =>
    Object.hasOwn(sent, name) &&
    Object.hasOwn(sent, value) &&
    Object.keys(sent).every((field) => Object.hasOwn(item.fields, field));
  return listType(item, (sent) => {
    if (Array.isArray(sent)) return sent;
    if (!isObject(sent)) return undefined;
    return isItem(sent)
      ? [sent]
      : Object.entries(sent).map(([key, inner]) => ({ [name]: key, [value]: inner }));
  });
}

function listType(item: FieldType, convert: FieldType['convert']): FieldType {
  return { item, column: { type: 'array', items: jsonSchemaOf(item) }, convert };
}

/** An object of these fields, and of whatever else it brings (`ObjectSchema.coerce` says what becomes of that). */
export function object(fields: Fields): ObjectType {
  return {
    fields,
    column: { type: 'object', properties: propertiesOf(fields), additionalProperties: true },
    convert: asObject,
  };
}

/** An object whose field names are data. */
export const anyObject: FieldType = {
  column: { type: 'object', additionalProperties: true },
  convert: asObject,
};

/** A list of one object is that object, an empty list the empty object. */
function asObject(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value;
  if (!Array.isArray(value) || value.length > 1) return undefined;
  const [only = {}] = value;
  return isObject(only) ? only : undefined;
}

/** The fields of the items of the list at a dotted path: for a table of its own. None where there is no such list. */
export function itemFields(fields: Fields, path: string): Fields {
  const type = typeAt(fields, path.split('.'));
  return (type?.item ?? type)?.fields ?? {};
}

/**
 * Makes the reading of the list at a dotted path: its items, in the form that the list's own column gives them, each
 * still to be coerced. An item that has no such form stands there as it was sent. Empty where there is no list;
 * undefined where there is something that is none. The record is not changed.
 */
export function compileItems(fields: Fields, path: string) {
  const names = path.split('.');
  // What is not declared is a list all the same, and its items are rows.
  const undeclared = (depth: number) => (depth === names.length - 1 ? list(anyObject) : anyObject);
  const steps = names.map((name, depth) => {
    return { name, type: typeAt(fields, names.slice(0, depth + 1)) ?? undeclared(depth) };
  });
  const item = steps.at(-1)?.type.item;
  return (record: JsonObject): readonly JsonValue[] | undefined => {
    let value: JsonValue | undefined = record;
    for (const { name, type } of steps) {
      value = (value as JsonObject)[name];
      if (value === undefined || value === null) return [];
      value = type.convert(value);
      if (value === undefined) return undefined;
    }
    return (value as JsonValue[]).map((inner) => (inner === null ? null : (item?.convert(inner) ?? inner)));
  };
}

function typeAt(fields: Fields, [name = '', ...rest]: readonly string[]): FieldType | undefined {
  const type = fields[name];
  return rest.length === 0 ? type : typeAt(type?.fields ?? {}, rest);
}
