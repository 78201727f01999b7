import type { Query } from '../recharge/request.ts';
import type { Get } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import { cursorOf } from './cursor.ts';
import { type Instant, parseUtc } from './instant.ts';

/** The API does not keep to the range of time that it is asked for. */
export class FilterIgnored extends Error {
  override readonly name = 'FilterIgnored';
}

/** Milliseconds: five hours where New York and UTC are taken for each other, one for updates that the API shows late. */
const tolerance = 6 * 3_600_000;

/** Whether most rows of a page, with these times, lie outside of what was asked for. */
export function isMostlyOutside(times: readonly (Instant | undefined)[], { from, to }: TimeRange): boolean {
  const outside = times.filter((time = from) => time < from - tolerance || time > to + tolerance);
  return outside.length * 2 > times.length;
}

/**
 * Throws FilterIgnored where requests for several ranges of time begin with the same row, which lies outside of the latest
 * one: so it is told of short ranges, too. Of the readings of a time without zone the one that is inside counts.
 */
export function checkingFilter(get: Get, field: string): Get {
  const firstRows = new Set<string>();
  return async (request, onTimeout) => {
    let query: Query = {};
    const noted = () => {
      const made = request();
      query = made.query ?? {};
      return made;
    };
    const answer = await get(noted, onTimeout);
    const [row] = answer.rows ?? [];
    const [min, max] = ['min', 'max'].map((end) => parseUtc(String(query[`${field}_${end}`])));
    if (row === undefined || min === undefined) return answer;
    const known = firstRows.size;
    firstRows.add(JSON.stringify([row['id'], row[field]]));
    const isOutside =
      (cursorOf(row, field) ?? min) < min || (cursorOf(row, field, parseUtc) ?? min) > (max ?? Infinity);
    if (isOutside && firstRows.size === known) throw new FilterIgnored();
    return answer;
  };
}
