import { parseUtc, type Instant } from '../sync/instant.ts';

const dayMs = 24 * 3_600_000;
const secondMs = 1_000;

/** The three notations of a date, as a JSON schema pattern. */
export const datePattern =
  '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})$';
const anyNotation = new RegExp(datePattern);

/**
 * The first and the last millisecond of a date (its day in UTC) or of a time (its second), both inclusive, since the
 * epoch. Undefined for anything but the three notations.
 */
export function timeRangeOf(value: unknown): { readonly first: Instant; readonly last: Instant } | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (!anyNotation.test(text)) return undefined;
  const first = parseUtc(text.replace(/^(..)\/(..)\/(....)$/, '$3-$1-$2'));
  return first === undefined
    ? undefined
    : { first, last: first + (text.includes('T') ? secondMs : dayMs) - 1 };
}

const examples = 'such as 2024-01-31T00:00:00Z, 2024-01-31 or 01/31/2024';

/** Why `timeRangeOf` takes no such value, in words that follow the setting's name. */
export function dateProblem(value: unknown): string {
  if (typeof value !== 'string') return `must be a date ${examples}`;
  const text = value.trim();
  if (anyNotation.test(text)) return `is not a date of the calendar, ${examples}`;
  if (/:.*[-+]\d{2}:?\d{2}$/.test(text)) return 'has an offset; give the same time in UTC, with Z at its end';
  if (/:\d{2}[.,]\d+/.test(text)) return 'has fractions of a second; leave them out';
  return `must be a date ${examples}`;
}
