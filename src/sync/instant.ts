import { parseTime } from '../airbyte/index.ts';

/** A point in time: whole milliseconds since the epoch, UTC. Cursors are compared as these, never as text. */
export type Instant = number;

/** A time in a state or a bound (MIG-04): without a zone UTC, a date alone its midnight. Undefined for what is no time. */
export function parseUtc(text: string): Instant | undefined {
  const parts = split(text);
  return parts && parts.wall - (parts.offset ?? 0);
}

/**
 * A time in a row, New York's where it names no zone (docs/recharge-api.md#times), and in autumn's double hour the later
 * one: never earlier than the moment meant, so that a row is rather read again than missed. Undefined for what is no time.
 */
export function parseStoreTime(text: string): Instant | undefined {
  return storeTimesOf(text)?.later;
}

/** The same in rising order: of the two readings of autumn's double hour the first that is not before `notBefore`. */
export function parseStoreTimeAscending(text: string, notBefore: Instant): Instant | undefined {
  const { earlier, later } = storeTimesOf(text) ?? {};
  if (earlier === undefined || later === undefined) return undefined;
  return earlier < notBefore && later >= notBefore ? later : earlier;
}

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59Z');

/** `2024-05-01T10:00:00+00:00`: whole seconds, rounded down. A time of no year that has four digits is the nearest that has. */
export function toText(instant: Instant): string {
  const within = Math.min(Math.max(instant, earliest), latest);
  return `${new Date(within).toISOString().slice(0, 19)}+00:00`;
}

/** `2024-05-01T06:00:00`: the same on the clocks of New York, which is what a time without zone counts as. */
export function toNewYorkText(instant: Instant): string {
  return toText(instant + offsetInNewYork(instant) * hour).slice(0, 19);
}

/** Milliseconds. */
export const second = 1_000;

export function floorToSecond(instant: Instant): Instant {
  return Math.floor(instant / second) * second;
}

/** Some programs print a space before the zone. */
function split(text: string): ReturnType<typeof parseTime> {
  return parseTime(text) ?? parseTime(text.trim().replace(/ (?=[Zz+-]\S*$)/, ''));
}

/** The readings of a time in a row, which differ in autumn's double hour alone. */
function storeTimesOf(text: string): { readonly earlier: Instant; readonly later: Instant } | undefined {
  const { wall, offset } = split(text) ?? {};
  if (wall === undefined) return undefined;
  if (offset !== undefined) return { earlier: wall - offset, later: wall - offset };
  const [daylight, standard] = [wall + 4 * hour, wall + 5 * hour];
  const isDaylight = offsetInNewYork(daylight) === -4;
  // Standard time is the later reading; it is wrong only where daylight time alone holds.
  const later = isDaylight && offsetInNewYork(standard) === -4 ? daylight : standard;
  return { earlier: isDaylight ? daylight : later, later };
}

const hour = 3_600_000;
/** Made where it is wanted: the tables of all languages and zones come with it (docs/performance.md, Memory). */
let zoneOfNewYork: Intl.DateTimeFormat | undefined;
const offsets = new Map<number, number>();

/** Hours east of UTC. The zone changes on whole hours, so one look-up an hour is enough. */
function offsetInNewYork(instant: Instant): number {
  const key = Math.floor(instant / hour);
  const known = offsets.get(key);
  if (known !== undefined) return known;
  zoneOfNewYork ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    timeZoneName: 'longOffset',
  });
  const name = zoneOfNewYork.formatToParts(key * hour).find(({ type }) => type === 'timeZoneName')?.value;
  const offset = name === 'GMT-04:00' ? -4 : -5;
  offsets.set(key, offset);
  return offset;
}
