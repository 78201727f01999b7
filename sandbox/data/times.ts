import { text } from './text.ts';

const DAY = 86_400;

/**
 * Seconds since 1970 as `YYYY-MM-DDTHH:MM:SS+00:00`, the way 2021-11 writes most times
 * (docs/recharge-api.md#times).
 */
export function utcText(seconds: number): string {
  return clockText(seconds, '+00:00');
}

/** Seconds since 1970 as `YYYY-MM-DDTHH:MM:SS` in UTC, without an offset. */
export function bareText(seconds: number): string {
  return clockText(seconds, '');
}

function clockText(seconds: number, offset: string): string {
  const day = Math.floor(seconds / DAY);
  const second = seconds - day * DAY;
  const minute = Math.floor(second / 60);
  const hour = Math.floor(minute / 60);
  return text(
    dayName(day),
    'T',
    pair(hour),
    ':',
    pair(minute - hour * 60),
    ':',
    pair(second - minute * 60),
    offset,
  );
}

const PAIRS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

function pair(number: number): string {
  return PAIRS[number] as string;
}

const dayNames = new Map<number, string>();

/** Days repeat in row after row, and toISOString is slow enough to show in every page. */
function dayName(day: number): string {
  let name = dayNames.get(day);
  if (name === undefined) {
    name = new Date(day * DAY * 1000).toISOString().slice(0, 10);
    if (dayNames.size > 5000) dayNames.clear();
    dayNames.set(day, name);
  }
  return name;
}

/** Seconds since 1970 as `YYYY-MM-DDTHH:MM:SS` on a clock in New York, the way 2021-01 writes times. */
export function easternText(seconds: number): string {
  return bareText(seconds + easternOffset(seconds));
}

/** Seconds since 1970 as `YYYY-MM-DD` in UTC. */
export function dayText(seconds: number): string {
  return dayName(Math.floor(seconds / DAY));
}

/** Seconds since 1970 as RFC 1123 text, the way `/shop` writes times. */
export function rfc1123Text(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

/** Midnight in New York of the day that `day` (`YYYY-MM-DD`) names, in seconds since 1970. */
export function easternMidnight(day: string): number {
  return fromEastern(Date.parse(`${day}T00:00:00Z`) / 1000);
}

/** The instant of a New York wall clock reading; of two in autumn's double hour, the later. */
export function fromEastern(wall: number): number {
  const winter = wall + 5 * 3600;
  return easternOffset(winter) === -5 * 3600 ? winter : wall + 4 * 3600;
}

/**
 * New York's offset from UTC in seconds: −4 h from the second Sunday of March, 07:00 UTC, to the first of
 * November, 06:00 UTC; else −5 h. Worked out by hand, since Intl takes 100 times as long and every time of
 * every 2021-01 row needs it.
 */
export function easternOffset(seconds: number): number {
  const year = new Date(seconds * 1000).getUTCFullYear();
  const { from, to } = summer(year);
  return seconds >= from && seconds < to ? -4 * 3600 : -5 * 3600;
}

const summers = new Map<number, { from: number; to: number }>();

function summer(year: number): { from: number; to: number } {
  let found = summers.get(year);
  if (!found) {
    found = { from: sunday(year, 2, 2) + 7 * 3600, to: sunday(year, 10, 1) + 6 * 3600 };
    summers.set(year, found);
  }
  return found;
}

/** Midnight UTC of the nth Sunday of a month (0 = January). */
function sunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1) / 1000;
  const weekday = new Date(first * 1000).getUTCDay();
  return first + (((7 - weekday) % 7) + (nth - 1) * 7) * DAY;
}

/** A time text of any row (offset, none, or a date alone) in seconds; `naive` reads a wall clock reading. */
export function parseRowTime(time: string, naive: (wall: number) => number): number | null {
  if (time.length <= 10) return finite(Date.parse(`${time}T00:00:00Z`));
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/.test(time);
  const parsed = finite(Date.parse(hasOffset ? time : `${time}Z`));
  return parsed === null || hasOffset ? parsed : naive(parsed);
}

function finite(milliseconds: number): number | null {
  return Number.isFinite(milliseconds) ? Math.floor(milliseconds / 1000) : null;
}
