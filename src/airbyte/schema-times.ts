import { plainType, type FieldType } from './schema-field-type.ts';

/** Only dates and times that exist, in the years 0001 to 9999, which is what Python and databases can hold. */
const day = '(?!0000)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const minute = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const clock = `${minute}:[0-5]\\d`;
const offset = '[-+](?:[01]\\d|2[0-3])(?::?[0-5]\\d)?';
const anyDay = new RegExp(`^${day}$`);
const anyTime = new RegExp(`^(${day})[Tt ](${minute})(?:(:[0-5]\\d)(\\.\\d+)?)?([Zz]|${offset})?$`);

/** What nearly every value looks like, told in one look; 29 February needs the calendar. */
const plainDay =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$/;
const plainUtc = new RegExp(`${plainDay.source.slice(0, -1)}T${clock}(?:\\.\\d+)?(?:Z|[-+]00:00)$`);
const plainNaive = new RegExp(`${plainDay.source.slice(0, -1)}T${clock}(?:\\.\\d+)?$`);

/** Of a time that `anyTime` has taken: it is in UTC, and in the form in which times go out. */
const saysUtc = /T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]00:00)$/;

/** A day, `YYYY-MM-DD`. A date-time at midnight, in UTC where it has an offset, gives its day; any other is null. */
export const date = timeType({ type: 'string', format: 'date' }, plainDay, dayOf);

const withZone = { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' } as const;

/**
 * A time with its zone. One with an offset is brought to UTC, since caches drop the offset; one without zone is UTC. A
 * day is its midnight, and a time without seconds is that of its minute's first.
 */
export const timestamp = timeType(withZone, plainUtc, inUtc);

/**
 * A time whose zone is not said, as it came. Should one come with a zone, it goes out in UTC, with `+00:00`. A day is its
 * midnight.
 */
export const naiveTimestamp = timeType(
  { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
  plainNaive,
  (text) => naive(text) ?? inUtc(text),
);

/** A text that looks plain goes out as it is; of another one what `coerce` makes of it. */
function timeType(
  column: FieldType['column'],
  plain: RegExp,
  coerce: (text: string) => string | undefined,
): FieldType {
  return plainType(column, (value) => {
    if (typeof value !== 'string') return undefined;
    return plain.test(value) ? value : coerce(value);
  });
}

interface Time {
  /** `YYYY-MM-DD` */
  readonly onDay: string;
  /** `HH:MM:SS` */
  readonly onClock: string;
  /** With its point; empty when there is none. */
  readonly fraction: string;
  readonly zone: string | undefined;
}

/** A day is taken for the midnight it begins with. */
function timeOf(text: string): Time | undefined {
  if (anyDay.test(text)) return inCalendar(text) ? { ...midnight, onDay: text } : undefined;
  const [, onDay = '', onMinute = '', seconds = ':00', fraction = '', zone] = anyTime.exec(text) ?? [];
  return inCalendar(onDay) ? { onDay, onClock: onMinute + seconds, fraction, zone } : undefined;
}

const midnight = { onClock: '00:00:00', fraction: '', zone: undefined } as const;

function dayOf(text: string): string | undefined {
  const { onDay, onClock, fraction = '' } = timeOf(inUtc(text) ?? '') ?? {};
  return onClock === '00:00:00' && !/[1-9]/.test(fraction) ? onDay : undefined;
}

function naive(text: string): string | undefined {
  const time = timeOf(text);
  return time && !time.zone ? `${time.onDay}T${time.onClock}${time.fraction}` : undefined;
}

/** The time in UTC, as sent if it is so already; undefined if it is no time. */
function inUtc(text: string): string | undefined {
  const { onDay, onClock, fraction, zone = 'Z' } = timeOf(text) ?? {};
  if (onDay === undefined) return undefined;
  if (saysUtc.test(text)) return text;
  const shifted = new Date(Date.parse(`${onDay}T${onClock}Z`) - milliseconds(zone)).toISOString();
  return /^(?!0000)\d{4}-/.test(shifted) ? `${shifted.slice(0, 19)}${fraction}+00:00` : undefined;
}

function milliseconds(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** There is no 31 February, though `Date` takes it for a day in March. */
function inCalendar(onDay: string): boolean {
  const time = Date.parse(`${onDay}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(onDay);
}
