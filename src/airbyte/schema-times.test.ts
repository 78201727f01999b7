import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { date, naiveTimestamp, parseTime, timestamp } from './schema.ts';
import { coerced, nulled } from './schema-field-types.fixture.ts';

const becomes = (value: string) => ({ json: JSON.stringify(value), changes: [] });
const coerce = (type: Parameters<typeof coerced>[0], value: string) => coerced(type, JSON.stringify(value));

const noTimes = [
  '',
  'soon',
  '2025-02-31T10:00:00+00:00',
  '2025-02-29T10:00:00+00:00',
  '2025-13-01T10:00:00+00:00',
  '0000-00-00T00:00:00+00:00',
  '2025-06-10T24:00:00+00:00',
  '2025-06-10T10:00:60+00:00',
  '2025-02-30',
  '2025-06-10T10:00.5',
  '2025-06-10T10:00:00+24:00',
  '2025-06-10T10:00:00 UTC',
  'Wed, 21 Apr 2021 11:44:38 GMT',
  '0001-01-01T00:00:00+05:00',
  '9999-12-31T23:00:00-05:00',
];

describe('timestamp', () => {
  test.each([
    '2025-06-10T04:05:12+00:00',
    '2025-06-10T04:05:12Z',
    '2025-06-10T04:05:12.123456+00:00',
    '2024-02-29T00:00:00+00:00',
    '2025-06-30T04:05:12.5Z',
    '2025-01-31T04:05:12-00:00',
    '2025-12-31T23:59:59+00:00',
  ])('%s goes out as it came', (value) => expect(coerce(timestamp, value)).toEqual(becomes(value)));

  test.each([
    ['2025-06-10T10:00:00+02:00', '2025-06-10T08:00:00+00:00'],
    ['2025-06-10T22:00:00.120-04:30', '2025-06-11T02:30:00.120+00:00'],
    ['2024-12-31T23:30:00-0100', '2025-01-01T00:30:00+00:00'],
    ['2025-06-10T10:00:00+00', '2025-06-10T10:00:00+00:00'],
    ['2025-06-10 10:00:00+00:00', '2025-06-10T10:00:00+00:00'],
    ['2025-06-10 10:00:00Z', '2025-06-10T10:00:00+00:00'],
    ['2025-06-10T10:00Z', '2025-06-10T10:00:00+00:00'],
    ['2025-06-10T10:00+02:00', '2025-06-10T08:00:00+00:00'],
    ['2025-06-10t10:00:00z', '2025-06-10T10:00:00+00:00'],
    ['2026-07-30', '2026-07-30T00:00:00+00:00'],
    ['2024-02-29', '2024-02-29T00:00:00+00:00'],
  ])('%s is %s', (value, utc) => expect(coerce(timestamp, value)).toEqual(becomes(utc)));

  test.each([
    ['2025-01-05T22:47:40', '2025-01-05T22:47:40+00:00'],
    ['2025-01-31 22:47:40.5', '2025-01-31T22:47:40.5+00:00'],
  ])('%s, without zone, is %s', (value, utc) => expect(coerce(timestamp, value)).toEqual(becomes(utc)));

  test.each(noTimes)('%j is null and kept', (value) =>
    expect(coerce(timestamp, value)).toEqual(nulled(JSON.stringify(value))),
  );
  test.each(['1718000000', '{}', 'true'])('%s is null and kept', (json) =>
    expect(coerced(timestamp, json)).toEqual(nulled(json)),
  );
});

describe('naiveTimestamp', () => {
  test.each([
    ['2025-06-12T15:03:27', '2025-06-12T15:03:27'],
    ['2025-05-31T15:03:27.25', '2025-05-31T15:03:27.25'],
    ['2025-06-12 15:03:27', '2025-06-12T15:03:27'],
    ['2025-06-12T15:03', '2025-06-12T15:03:00'],
    ['2026-07-30', '2026-07-30T00:00:00'],
    ['2025-06-12T15:03:27+00:00', '2025-06-12T15:03:27+00:00'],
    ['2025-06-12T15:03:27-04:00', '2025-06-12T19:03:27+00:00'],
  ])('%s is %s', (value, out) => expect(coerce(naiveTimestamp, value)).toEqual(becomes(out)));

  test.each([...noTimes, '2025-02-29T10:00:00'])('%j is null and kept', (value) =>
    expect(coerce(naiveTimestamp, value)).toEqual(nulled(JSON.stringify(value))),
  );
});

describe('date', () => {
  test.each([
    ['2025-07-10', '2025-07-10'],
    ['2024-02-29', '2024-02-29'],
    ['2025-07-10T00:00:00', '2025-07-10'],
    ['2025-07-31T00:00:00.000+00:00', '2025-07-31'],
    ['2025-07-10 00:00:00', '2025-07-10'],
    ['2025-07-10T00:00', '2025-07-10'],
    ['2025-07-10T00:00:00Z', '2025-07-10'],
    ['2025-07-10T02:00:00+02:00', '2025-07-10'],
    ['2025-07-09T20:00:00.0-0400', '2025-07-10'],
  ])('%s is %s', (value, day) => expect(coerce(date, value)).toEqual(becomes(day)));

  test.each([
    '',
    '2025-02-29',
    '0000-00-00',
    '07/10/2025',
    '2025-07-10T04:00:00+00:00',
    '2025-07-10T00:00:00.1',
    '2025-07-10T00:00:00-04:00',
    '2025-07-10T00:00:00+02',
    '2025-07-10T02:00:00.1+02:00',
  ])('%j is null and kept', (value) => expect(coerce(date, value)).toEqual(nulled(JSON.stringify(value))));
});

test('an instant stays the same instant, whatever its offset', () => {
  const instants = fc.date({
    min: new Date('1970-01-02T00:00:00Z'),
    max: new Date('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, minutes) => {
      const wall = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, -1);
      const away = Math.abs(minutes);
      const clock = [Math.floor(away / 60), away % 60].map((part) => String(part).padStart(2, '0')).join(':');
      const sent = `${wall}${minutes < 0 ? '-' : '+'}${clock}`;
      expect(coerce(timestamp, sent)).toEqual(becomes(instant.toISOString().replace('Z', '+00:00')));
    }),
  );
});

test('a time in UTC is read alike by one look and by its parts', () => {
  // Of year 1 to 9999; what is no time in either, too.
  const [min, max] = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59Z')];
  const times = fc.date({ min, max, noInvalidDate: true });
  const fractions = fc.stringMatching(/^(\.\d{1,9})?$/);
  const days = fc.option(fc.integer({ min: 28, max: 32 }));
  const zones = fc.constantFrom('Z', '+00:00', '-00:00');
  fc.assert(
    fc.property(times, fractions, days, zones, (time, fraction, day, zone) => {
      const [year, clock] = time.toISOString().slice(0, 19).split('T');
      const text = `${day === null ? year : `${year?.slice(0, 8)}${day}`}T${clock}${fraction}${zone}`;
      // The parts are looked for where the letter is a small one.
      expect(parseTime(text)?.wall).toBe(parseTime(text.replace('T', 't'))?.wall);
    }),
  );
});
