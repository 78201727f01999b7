/** Any JSON value, as a record of the store holds it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object; a key whose value is `undefined` is absent from the JSON text. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

interface RawJson {
  rawJSON(text: string): object;
}

/**
 * A number that is sent with exactly these digits, such as `0E-10` or an integer beyond 2^53
 * (https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/JSON/rawJSON).
 * Throws SyntaxError if `text` is no JSON primitive.
 */
export function rawNumber(text: string): JsonValue {
  return (JSON as unknown as RawJson).rawJSON(text) as JsonObject;
}

/** The object at `key`, or an empty one where there is none. */
export function objectAt(row: JsonObject, key: string): JsonObject {
  const value = row[key];
  return isObject(value) ? value : {};
}

/** The array of objects at `key`, empty where there is none. */
export function listAt(row: JsonObject, key: string): readonly JsonObject[] {
  const value = row[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The text at `key`, or null where there is none. */
export function textAt(row: JsonObject, key: string): string | null {
  const value = row[key];
  return typeof value === 'string' ? value : null;
}

/** The number at `key`, or null where there is none. */
export function numberAt(row: JsonObject, key: string): number | null {
  const value = row[key];
  return typeof value === 'number' ? value : null;
}

/** True for a JSON object, false for arrays, null and primitives. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
