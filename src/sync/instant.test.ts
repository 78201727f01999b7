import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../airbyte/index.ts';
import { parseUtc, parseStoreTimeAscending, parseStoreTime, toNewYorkText, toText } from './instant.ts';

/** Times in all the forms that a column takes, and some that none does. */
const timeTexts = fc
  .tuple(
    fc.constantFrom('2024-02-29', '2023-02-29', '2026-12-31', '0001-01-01'),
    fc.constantFrom('T', 't', ' ', '  '),
    fc.constantFrom('00:00', '23:59:59', '24:00:00', '10:11:12', '7:00'),
    fc.constantFrom('', '.5', '.123456', '.1234567890123', '.'),
    fc.constantFrom('', 'Z', 'z', '+00:00', '-0330', '+02', '+24:00', '+2'),
  )
  .map((parts) => parts.join(''));

it('reads each time that a column of times takes', () => {
  fc.assert(
    fc.property(timeTexts, (text) => {
      if (timestamp.convert(text) === undefined) return;
      expect([text, parseUtc(text), parseStoreTime(text)]).not.toContain(undefined);
    }),
    { numRuns: runs(500) },
  );
});

describe('parseUtc', () => {
  it.each([
    ['2024-05-01T10:00:00+00:00', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01T10:00:00Z', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01T10:00:00+0000', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01T10:00:00', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01 10:00:00', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01', '2024-05-01T00:00:00.000Z'],
    ['2024-05-01T10:00:00.123456+00:00', '2024-05-01T10:00:00.123Z'],
    ['2024-05-01T10:00:00+02:00', '2024-05-01T08:00:00.000Z'],
    ['2024-05-01T10:00:00-0330', '2024-05-01T13:30:00.000Z'],
    ['2024-05-01t10:00:00z', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01T10:00:00+02', '2024-05-01T08:00:00.000Z'],
    ['2024-05-01T10:00:00.1234567890123Z', '2024-05-01T10:00:00.123Z'],
  ])('reads %s [MIG-04]', (text, iso) => {
    expect(parseUtc(text)).toBe(Date.parse(iso));
  });

  it.each([
    '',
    'tomorrow',
    '2024-02-31',
    '2024-13-01',
    '2024-05-01T25:00:00',
    '2024-05-01T10:00:00 Europe/Paris',
    '2024-05-01T10:00:00-99:99',
    '2024-05-01T10:00:00+24:00',
    '2024-05-01T10:00:00+0560',
    '1714557600',
  ])('finds no time in %j', (text) => {
    expect(parseUtc(text)).toBeUndefined();
  });

  it('reads back what toText writes, in whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('2100-01-01') }), (instant) => {
        expect(parseUtc(toText(instant))).toBe(instant - (instant % 1000));
      }),
    );
  });
});

describe('toNewYorkText', () => {
  it.each([
    ['2024-07-01T14:00:00Z', '2024-07-01T10:00:00'],
    ['2024-01-15T15:00:00Z', '2024-01-15T10:00:00'],
    ['2024-01-15T02:00:00Z', '2024-01-14T21:00:00'],
  ])('writes %s as %s', (iso, text) => {
    expect(toNewYorkText(Date.parse(iso))).toBe(text);
  });

  it("is read back as it was written, but for autumn's double hour, which is read late", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('2030-01-01') / 1000 }), (second) => {
        const late = (parseStoreTime(toNewYorkText(second * 1000)) ?? Number.NaN) - second * 1000;
        expect([0, 3_600_000]).toContain(late);
      }),
    );
  });
});

describe('parseStoreTime', () => {
  it.each([
    ['a summer day', '2024-07-01T10:00:00', '2024-07-01T14:00:00Z'],
    ['a winter day', '2024-01-15T10:00:00', '2024-01-15T15:00:00Z'],
    ["the later reading of autumn's double hour", '2024-11-03T01:30:00', '2024-11-03T06:30:00Z'],
    ['just before the double hour', '2024-11-03T00:59:59', '2024-11-03T04:59:59Z'],
    ['just after it', '2024-11-03T02:00:00', '2024-11-03T07:00:00Z'],
    ['the hour that spring skips, read late', '2024-03-10T02:30:00', '2024-03-10T07:30:00Z'],
    ['just after that', '2024-03-10T03:00:00', '2024-03-10T07:00:00Z'],
  ])('takes a time without zone as New York: %s', (_, text, iso) => {
    expect(parseStoreTime(text)).toBe(Date.parse(iso));
  });

  it('takes a zone at its word', () => {
    expect(parseStoreTime('2024-07-01T10:00:00+00:00')).toBe(Date.parse('2024-07-01T10:00:00Z'));
  });

  it('is never earlier than the moment meant, be the clock in New York or UTC', () => {
    const newYork = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const moments = fc.integer({
      min: Date.parse('2015-01-01') / 1000,
      max: Date.parse('2035-01-01') / 1000,
    });
    fc.assert(
      fc.property(moments, (seconds) => {
        const moment = seconds * 1000;
        expect(parseStoreTime(newYork.format(moment))).toBeGreaterThanOrEqual(moment);
        expect(parseStoreTime(new Date(moment).toISOString().slice(0, 19))).toBeGreaterThanOrEqual(moment);
      }),
      { numRuns: runs(2_000) },
    );
  });
});

describe('parseStoreTimeAscending', () => {
  it.each([
    ['2025-11-02T00:59:59', '2025-11-02T00:00:00Z', '2025-11-02T04:59:59Z'],
    ['2025-11-02T01:30:00', '2025-11-02T00:00:00Z', '2025-11-02T05:30:00Z'],
    ['2025-11-02T01:30:00', '2025-11-02T05:30:00Z', '2025-11-02T05:30:00Z'],
    ['2025-11-02T01:30:00', '2025-11-02T05:30:01Z', '2025-11-02T06:30:00Z'],
    ['2025-11-02T02:00:00', '2025-11-02T05:30:01Z', '2025-11-02T07:00:00Z'],
    ['2025-07-01T12:00:00', '2025-01-01T00:00:00Z', '2025-07-01T16:00:00Z'],
    ['2025-07-01T12:00:00+00:00', '2025-01-01T00:00:00Z', '2025-07-01T12:00:00Z'],
  ])('%s after %s is %s', (text, notBefore, iso) => {
    expect(parseStoreTimeAscending(text, Date.parse(notBefore))).toBe(Date.parse(iso));
  });

  it('of rows in order is in order, and never later than the moment meant', () => {
    const clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const begin = Date.parse('2025-11-02T04:00:00Z');
    const moments = fc.array(fc.integer({ min: 0, max: 5 * 3_600 }), { maxLength: 40 });
    fc.assert(
      fc.property(moments, (seconds) => {
        let last = begin;
        for (const moment of seconds.toSorted((a, b) => a - b).map((second) => begin + second * 1_000)) {
          const instant = parseStoreTimeAscending(clock.format(moment), last) ?? Number.NaN;
          expect(instant).toBeGreaterThanOrEqual(last);
          expect(instant).toBeLessThanOrEqual(moment);
          last = instant;
        }
      }),
      { numRuns: runs(1_000) },
    );
  });
});
