/** A number kept as its own digits: JSON.stringify prints them as they are. Made by `rawJSON`. */
interface RawJson {
  readonly rawJSON: string;
}

export type JsonValue = string | number | boolean | null | RawJson | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

type Reviver = (key: string, value: JsonValue, context: { source?: string }) => JsonValue;

/** ES2026's JSON (parse source text access), which TypeScript's lib does not declare yet. */
const json = JSON as unknown as {
  readonly parse: (text: string, reviver: Reviver) => JsonValue;
  readonly rawJSON: (text: string) => RawJson;
  readonly isRawJSON: (value: unknown) => value is RawJson;
};

/**
 * JSON.parse with a reviver that is given each value's own text as `source`. Only strings, numbers, booleans and null
 * have one. @throws SyntaxError
 */
export const parseWithSource = json.parse;

/** A value that JSON.stringify prints as this text. @throws SyntaxError where the text is not one JSON primitive */
export const rawJSON = json.rawJSON;

/** Whether `rawJSON` made this value. */
export const isRawJSON = json.isRawJSON;

/** Whether this value is a JSON object: no list, no null, no raw number. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value);
}

/** Puts copies in the place of an object's lists and objects, `levels` deep: below lies nothing that is changed. */
export function copyWithin(object: JsonObject, levels = 1_000): JsonObject {
  for (const name in object) {
    const inner = object[name];
    if (typeof inner === 'object' && inner !== null) object[name] = copyOf(inner, levels - 1);
  }
  return object;
}

/** Raw numbers are shared, since they are frozen. */
function copyOf(value: JsonValue, levels: number): JsonValue {
  if (levels === 0) return value;
  if (Array.isArray(value)) return value.map((item) => copyOf(item, levels - 1));
  // Spread, which keeps a field called __proto__ a field.
  return isObject(value) ? copyWithin({ ...value }, levels) : value;
}
