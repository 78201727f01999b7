import { boundInstant, type Instant } from '../sync/instant.ts';

const day = 24 * 3_600_000;
const second = 1_000;

/** The three forms of a date, for a form and for us. */
export const datePattern =
  '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})$';
const anyForm = new RegExp(datePattern);

/**
 * The first and the last instant of a date or time in one of the three forms: of the day, in UTC, for a date alone,
 * and of the second for a time. Undefined for anything else.
 */
export function spanOf(value: unknown): { readonly first: Instant; readonly last: Instant } | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (!anyForm.test(text)) return undefined;
  const first = boundInstant(text.replace(/^(..)\/(..)\/(....)$/, '$3-$1-$2'));
  return first === undefined ? undefined : { first, last: first + (text.includes('T') ? second : day) - 1 };
}

const examples = 'such as 2024-01-31T00:00:00Z, 2024-01-31 or 01/31/2024';

/** Why there is no span of it, in words that follow its name. */
export function dateProblem(value: unknown): string {
  if (typeof value !== 'string') return `must be a date ${examples}`;
  const text = value.trim();
  if (anyForm.test(text)) return `is not a date of the calendar, ${examples}`;
  if (/:.*[-+]\d{2}:?\d{2}$/.test(text)) return 'has an offset; give the same time in UTC, with Z at its end';
  if (/:\d{2}[.,]\d+/.test(text)) return 'has fractions of a second; leave them out';
  return `must be a date ${examples}`;
}
