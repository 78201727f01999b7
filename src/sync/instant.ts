/**
 * A point in time: whole milliseconds since the epoch, UTC. Cursors are compared as these, never as text.
 */
export type Instant = number;

const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s?([Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/;

interface Parts {
  /** The wall clock's time as if it were UTC. */
  readonly wall: Instant;
  /** Milliseconds east of UTC; undefined where the text names no zone. */
  readonly offset: number | undefined;
}

/**
 * A time in a state or a bound: without a zone it is UTC (MIG-04). Undefined for what is no time.
 * Takes `T` or a space, `Z`, `+00:00`, `+0000` or `+00`, in capitals or not, fractions of a second, and a date alone, which is its midnight.
 */
export function parseUtc(text: string): Instant | undefined {
  const parts = split(text);
  return parts && parts.wall - (parts.offset ?? 0);
}

/**
 * A time in a row: without a zone it is America/New_York, where Recharge's clocks are
 * (docs/recharge-api.md#times), and in autumn's double hour the later of its two readings. Never earlier than
 * the moment meant, so that a row is rather read again than missed. Undefined for what is no time.
 */
export function parseStoreTime(text: string): Instant | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  return parts.offset === undefined ? newYork(parts.wall) : parts.wall - parts.offset;
}

/**
 * The same in a listing in rising order, where the rows before go as far as `notBefore`: of the two readings of
 * autumn's double hour the first that is not before them. Never later than the moment meant, if they are not.
 */
export function parseStoreTimeAscending(text: string, notBefore: Instant): Instant | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  if (parts.offset !== undefined) return parts.wall - parts.offset;
  const [daylight, later] = [parts.wall + 4 * hour, newYork(parts.wall)];
  const earlier = offsetInNewYork(daylight) === -4 ? daylight : later;
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

export function floorToSecond(instant: Instant): Instant {
  return Math.floor(instant / 1000) * 1000;
}

function split(text: string): Parts | undefined {
  const match = shape.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  const plain = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const wall = Date.parse(plain);
  // 31 February is taken for a day in March; going back to text shows it.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== plain) return undefined;
  return {
    wall: wall + Number(fraction.slice(0, 3).padEnd(3, '0')),
    offset: zone === undefined ? undefined : offsetOf(zone),
  };
}

function offsetOf(zone: string): number {
  if (/z/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.length > 3 ? zone.slice(-2) : 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

const hour = 3_600_000;
/** Made where it is wanted: the tables of all languages and zones come with it (docs/performance.md, Memory). */
let zoneOfNewYork: Intl.DateTimeFormat | undefined;
const offsets = new Map<number, number>();

function newYork(wall: Instant): Instant {
  const daylight = wall + 4 * hour;
  const standard = wall + 5 * hour;
  // Standard time is the later reading; it is wrong only where daylight time alone holds.
  return offsetInNewYork(daylight) === -4 && offsetInNewYork(standard) === -4 ? daylight : standard;
}

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
