import type { JsonValue } from './json.ts';
import { digitsOf } from './schema-numbers.ts';
import type { Report, Word } from './schema-word.ts';

/**
 * Text. A NUL character is removed, since PostgreSQL stores none. A number or a boolean goes out as it came:
 * destinations write it down as text themselves. A list or an object is null.
 */
export const text: Word = {
  column: { type: 'string' },
  at: (path) => (value, report) => {
    if (typeof value === 'string') return cleanText(value, path, report);
    return typeof value === 'object' && !JSON.isRawJSON(value) ? report.nulled(path) : value;
  },
};

/** Text that may come as a number, whose own digits it then is: 0.10 is `"0.10"`. */
export const textOrNumber: Word = {
  column: { type: 'string' },
  at: (path) => {
    const asText = text.at(path);
    return (value, report) =>
      typeof value === 'number' || JSON.isRawJSON(value) ? digitsOf(value) : asText(value, report);
  },
};

/** Text that may come as anything: what is not text already is written as JSON. */
export const textOrAnything: Word = {
  column: { type: 'string' },
  at: (path) => (value, report) =>
    typeof value === 'string' ? cleanText(value, path, report) : JSON.stringify(value),
};

/** The value, with the NUL characters removed from every text and every field name in it. */
export function withoutNul(value: JsonValue, path: string, report: Report): JsonValue {
  const clean = (inner: JsonValue): JsonValue => {
    if (typeof inner === 'string') return cleanText(inner, path, report);
    if (Array.isArray(inner)) return inner.map(clean);
    if (typeof inner !== 'object' || inner === null || JSON.isRawJSON(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([name, field]) => [cleanText(name, path, report), clean(field)]),
    );
  };
  return clean(value);
}

function cleanText(value: string, path: string, report: Report): string {
  if (!value.includes('\0')) return value;
  report.truncated(path);
  return value.replaceAll('\0', '');
}
