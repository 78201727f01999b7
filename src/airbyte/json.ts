/** A number kept as its own digits: JSON.stringify prints them as they are. Made by `JSON.rawJSON`. */
interface RawJson {
  readonly rawJSON: string;
}

export type JsonValue = string | number | boolean | null | RawJson | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

declare global {
  // ES2026 (JSON.parse source text access), not in TypeScript's lib yet.
  interface JSON {
    /** `source` is the value's own text; only texts, numbers, booleans and null have one. */
    parse(
      text: string,
      reviver: (key: string, value: JsonValue, context: { source?: string }) => JsonValue,
    ): JsonValue;
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The same value in objects and lists of its own. */
export function copyOf<Value extends JsonValue>(value: Value): Value;
export function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => copyOf(item));
  if (!isObject(value)) return value;
  // Spread, which keeps a field called __proto__ a field.
  const copy = { ...value };
  for (const name in copy) {
    const inner = copy[name];
    if (typeof inner === 'object' && inner !== null) copy[name] = copyOf(inner);
  }
  return copy;
}
