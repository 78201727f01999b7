import { floorToSecond, parseUtc, type Instant } from '../sync/instant.ts';

const dayMs = 24 * 3_600_000;
const secondMs = 1_000;

/** Every notation of a date or a time that is accepted, as a JSON schema pattern: those of ISO 8601 that programs print, and MM/DD/YYYY. */
export const datePattern =
  '^\\s*([0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?)\\s*$';
const anyNotation = new RegExp(datePattern);

/**
 * The first and the last millisecond of a date (its day in UTC) or of a time (its second; UTC where it has no offset),
 * both inclusive, since the epoch. Undefined for any other notation.
 */
export function timeRangeOf(value: unknown): { readonly first: Instant; readonly last: Instant } | undefined {
  const text = typeof value === 'string' && anyNotation.test(value) ? value.trim() : '';
  const instant = parseUtc(text.replace(/^(..)\/(..)\/(....)$/, '$3-$1-$2'));
  if (instant === undefined) return undefined;
  const first = floorToSecond(instant);
  return { first, last: first + (text.includes(':') ? secondMs : dayMs) - 1 };
}

const examples = 'such as 2024-01-31T00:00:00Z, 2024-01-31 or 01/31/2024';

/** Why `timeRangeOf` takes no such value, in words that follow the setting's name. */
export function dateProblem(value: unknown): string {
  return typeof value === 'string' && anyNotation.test(value)
    ? `is not a date of the calendar, ${examples}`
    : `must be a date ${examples}`;
}
