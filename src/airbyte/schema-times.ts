import type { Column, FieldType } from './schema-field-type.ts';

/** Only dates and times that exist, in the years 0001 to 9999, which is what Python and databases can hold. */
const month = '(?!0000)\\d{4}-(?:0[1-9]|1[0-2])';
const minute = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const zone = '[Zz]|[-+](?:[01]\\d|2[0-3])(?::?[0-5]\\d)?';
const anyTime = new RegExp(
  `^(${month}-(?:0[1-9]|[12]\\d|3[01]))(?:[Tt ](${minute})(?:(:[0-5]\\d)(\\.\\d+)?)?(${zone})?)?$`,
);

/** What nearly every value looks like, told in one look; 29 February needs the calendar. */
const plainDay =
  '^(?!0000)\\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const plainTime = `${plainDay}T${minute}:[0-5]\\d(?:\\.\\d+)?`;
const plainUtc = new RegExp(`${plainTime}(?:Z|[-+]00:00)$`);

/** Of a time that `anyTime` has taken: it is in UTC, and in the form in which times go out. */
const saysUtc = /T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]00:00)$/;

/** A day, `YYYY-MM-DD`. A date-time at midnight, in UTC where it has an offset, gives its day; any other is null. */
export const date = timeType({ type: 'string', format: 'date' }, new RegExp(`${plainDay}$`), (text) => {
  const { day, clock, fraction = '' } = timeIn(inUtc(text) ?? '') ?? {};
  return clock === '00:00:00' && !/[1-9]/.test(fraction) ? day : undefined;
});

const withZone = { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' } as const;
const withoutZone = { ...withZone, airbyte_type: 'timestamp_without_timezone' } as const;

/**
 * A time with its zone. One with an offset is brought to UTC, since caches drop the offset; one without zone is UTC. A
 * day is its midnight, and a time without seconds is that of its minute's first.
 */
export const timestamp = timeType(withZone, plainUtc, inUtc);

/**
 * A time whose zone is not said, as it came. Should one come with a zone, it goes out in UTC, with `+00:00`. A day is its
 * midnight.
 */
export const naiveTimestamp = timeType(withoutZone, new RegExp(`${plainTime}$`), (text) => {
  const time = timeIn(text);
  return time && !time.offset ? `${time.day}T${time.clock}${time.fraction}` : inUtc(text);
});

/** A text that looks plain goes out as it is; of another one what `coerce` makes of it. */
function timeType(column: Column, isPlain: RegExp, coerce: (text: string) => string | undefined): FieldType {
  return {
    column,
    convert: (value) => {
      if (typeof value !== 'string') return undefined;
      return isPlain.test(value) ? value : coerce(value);
    },
  };
}

/**
 * The parts of a time as they are written, the fraction with its point, and `wall`: what its clock shows in whole
 * seconds, in milliseconds as if that were UTC. A day is taken for the midnight it begins with.
 */
function timeIn(text: string) {
  const [, day = '', onMinute = '00:00', seconds = ':00', fraction = '', offset] = anyTime.exec(text) ?? [];
  const clock = onMinute + seconds;
  const wall = Date.parse(`${day}T${clock}Z`);
  // There is no 31 February, though `Date` takes it for a day in March.
  return new Date(wall).getUTCDate() === Number(day.slice(8))
    ? { day, clock, fraction, offset, wall }
    : undefined;
}

/**
 * A time in milliseconds: what its clock shows as if that were UTC, and how far that clock is ahead of UTC, where it says
 * so. A day is its midnight. Undefined for what is no time.
 */
export function parseTime(text: string): { readonly wall: number; readonly offset?: number } | undefined {
  // Nearly every time is such a one, and this takes a quarter of what its parts take.
  if (plainUtc.test(text)) return { wall: Date.parse(text), offset: 0 };
  const time = timeIn(text);
  if (time === undefined) return undefined;
  const wall = time.wall + Number(time.fraction.slice(1, 4).padEnd(3, '0'));
  return time.offset === undefined ? { wall } : { wall, offset: offsetMs(time.offset) };
}

/** The time in UTC, as sent if it is so already; undefined if it is no time. */
function inUtc(text: string): string | undefined {
  const time = timeIn(text);
  if (time === undefined || saysUtc.test(text)) return time && text;
  const { wall, offset = 'Z' } = time;
  const shifted = new Date(wall - offsetMs(offset)).toISOString();
  return /^(?!0000)\d{4}-/.test(shifted) ? `${shifted.slice(0, 19)}${time.fraction}+00:00` : undefined;
}

function offsetMs(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}
