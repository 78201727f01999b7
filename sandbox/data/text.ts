/**
 * Parts put together into one flat string. Template literals of some length become trees of their parts, which
 * JSON.stringify has to flatten on a path three times as slow.
 */
export function text(...parts: readonly (string | number)[]): string {
  return parts.join('');
}
