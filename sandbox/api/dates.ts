const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A date filter's value in whole seconds since 1970, null if it is no ISO-8601 date
 * (docs/recharge-api.md#date-filters): a date or a date-time with `T` or a space, offset optional. Without an
 * offset it is local time in `zone`.
 */
export function parseFilterDate(text: string, zone: string): number | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', offset] = match;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wall = Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5]) / 1000;
  if (!isReal(wall, parts)) return null;
  if (offset === undefined) return fromZone(wall, zone);
  return wall - offsetSeconds(offset);
}

/** False for the 31st of February, hour 24 and the like, which Date.UTC would roll over. */
function isReal(wall: number, [, month, day, hour, minute, second]: readonly number[]): boolean {
  const date = new Date(wall * 1000);
  return (
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
}

function offsetSeconds(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(-2)) * 60);
}

/** The instant of a local time in an IANA zone; of a time that occurs twice, one of the two. */
function fromZone(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const guess = wall - zoneOffset(wall, zone);
  return wall - zoneOffset(guess, zone);
}

function zoneOffset(seconds: number, zone: string): number {
  const text = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).format(
    seconds * 1000,
  );
  const offset = /GMT([+-]\d\d:\d\d)/.exec(text)?.[1];
  return offset === undefined ? 0 : offsetSeconds(offset);
}
