import { isRawJSON, type JsonValue } from './json.ts';

/** From here on PyAirbyte's caches abort the whole sync. */
export const tooLarge = 1e31;

/** Whether it is a number that no destination can load. */
export function isTooLarge(value: JsonValue): boolean {
  return Math.abs(Number(digitsOf(value))) >= tooLarge;
}

/** A number's own digits; of anything else, a text that is no number. */
export function digitsOf(value: JsonValue): string {
  if (typeof value === 'number') return String(value);
  return isRawJSON(value) ? value.rawJSON : 'NaN';
}
