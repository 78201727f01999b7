/** An object as the API sends it. */
export type ApiObject = Record<string, unknown>;

/** A number with digits of its own is an object to JavaScript; TypeScript's lib does not declare `isRawJSON` yet. */
const { isRawJSON } = JSON as unknown as { readonly isRawJSON: (value: unknown) => boolean };

/** What a value is, without a word of it. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : `a ${isRawJSON(value) ? 'number' : typeof value}`;
}

export function isObject(value: unknown): value is ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value);
}
