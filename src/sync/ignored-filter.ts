import type { ApiObject } from '../recharge/api-object.ts';
import type { Get } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import { boundsOf, cursorOf, type ParseTime } from './cursor.ts';
import { type Instant, parseUtc, second } from './instant.ts';

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
 * one: so it is told of short ranges, too. Of the readings of a time without zone the one that is inside counts, once a
 * request for what comes after it has begun with another row.
 */
export function checkingFilter(get: Get, field: string, parse: ParseTime): Get {
  const firstRows = new Set<string>();
  return async (request, onTimeout) => {
    let made = request();
    const noted = () => {
      made = request();
      return made;
    };
    const answer = await get(noted, onTimeout);
    const [row] = answer.rows ?? [];
    const { query = {} } = made;
    const [min, max] = ['min', 'max'].map((end) => parseUtc(String(query[`${field}_${end}`])));
    if (row === undefined || min === undefined) return answer;
    const known = firstRows.size;
    firstRows.add(keyOf(row, field));
    const latest = cursorOf(row, field) ?? min;
    const isOutside = latest < min || (cursorOf(row, field, parseUtc) ?? min) > (max ?? Infinity);
    if (isOutside && firstRows.size === known) throw new FilterIgnored();
    // Read as inside because of where the request began. If the filter is kept, no request for later time begins with it.
    if (cursorOf(row, field, parse, min) !== cursorOf(row, field, parse)) {
      const after = boundsOf(field, { from: latest + second, to: latest + 2 * second });
      const { rows: [first] = [] } = await get(() => ({ ...made, query: { ...query, ...after } }));
      if (first !== undefined && keyOf(first, field) === keyOf(row, field)) throw new FilterIgnored();
    }
    return answer;
  };
}

function keyOf(row: ApiObject, field: string): string {
  return JSON.stringify([row['id'], row[field]]);
}
