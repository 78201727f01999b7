import type { FieldType } from './schema-field-type.ts';
import { cleanText, withoutNul } from './schema-nul.ts';

/**
 * Text. A NUL character is removed, since PostgreSQL stores none. Anything else is the text of its JSON, whose escapes a
 * database reads too; of a number these are its own digits, so 0.10 is `"0.10"`.
 */
export const text: FieldType = {
  column: { type: 'string' },
  convert: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  compile: (path) => (value, report) =>
    typeof value === 'string'
      ? cleanText(value, path, report)
      : JSON.stringify(withoutNul(value, path, report)),
};
