import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilterDate } from '../api/dates.ts';
import {
  bareText,
  easternMidnight,
  easternOffset,
  easternText,
  fromEastern,
  parseRowTime,
  utcText,
} from '../data/times.ts';
import { Timeline } from '../data/timeline.ts';

const seconds = fc.integer({ min: Date.UTC(2007, 5, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 });
const newYork = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

describe('texts of times', () => {
  it('UTC texts agree with Date', () => {
    fc.assert(
      fc.property(
        seconds,
        (at) => utcText(at) === new Date(at * 1000).toISOString().replace('.000Z', '+00:00'),
      ),
    );
  });

  it('Eastern texts agree with Intl, at every hour and at each change of clocks', () => {
    const change = fc
      .constantFrom(2024, 2025, 2026)
      .chain((year) =>
        fc.integer({ min: 0, max: 365 * 24 }).map((hour) => Date.UTC(year, 0, 1) / 1000 + hour * 3600 - 1),
      );
    fc.assert(
      fc.property(
        fc.oneof(seconds, change),
        (at) => easternText(at) === newYork.format(at * 1000).replace(' ', 'T'),
      ),
    );
  });

  it('an Eastern text is read back as the same time, in autumn’s double hour as the later one', () => {
    fc.assert(
      fc.property(seconds, (at) => {
        const back = fromEastern(at + easternOffset(at));
        return back === at || back === at + 3600;
      }),
    );
    expect(bareText(fromEastern(Date.UTC(2025, 10, 2, 1, 30) / 1000))).toBe('2025-11-02T06:30:00');
    expect(utcText(easternMidnight('2025-07-10'))).toBe('2025-07-10T04:00:00+00:00');
    expect(utcText(easternMidnight('2025-12-10'))).toBe('2025-12-10T05:00:00+00:00');
  });

  it('times of rows are read with an offset, without one and as dates', () => {
    const read = (text: string): number | null => parseRowTime(text, fromEastern);
    const noon = Date.UTC(2026, 0, 5, 12) / 1000;
    expect(read('2026-01-05T12:00:00+00:00')).toBe(noon);
    expect(read('2026-01-05T07:00:00')).toBe(noon);
    expect(read('2026-01-05')).toBe(noon - 12 * 3600);
    expect(read('soon')).toBeNull();
  });
});

describe('filter values', () => {
  it('an instant is the same in every offset', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, minutes) => {
        const sign = minutes < 0 ? '-' : '+';
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
          String(n).padStart(2, '0'),
        );
        const wall = bareText(at + minutes * 60);
        return ['T', ' '].every((gap) =>
          [`${hours}:${rest}`, `${hours}${rest}`].every(
            (offset) => parseFilterDate(`${wall.replace('T', gap)}${sign}${offset}`, 'UTC') === at,
          ),
        );
      }),
    );
  });

  it('a value without offset is read in the given zone', () => {
    expect(parseFilterDate('2026-01-05T07:00:00', 'America/New_York')).toBe(Date.UTC(2026, 0, 5, 12) / 1000);
    expect(parseFilterDate('2026-07-05T08:00:00', 'America/New_York')).toBe(Date.UTC(2026, 6, 5, 12) / 1000);
    expect(parseFilterDate('2026-01-05', 'UTC')).toBe(Date.UTC(2026, 0, 5) / 1000);
  });
});

describe('the timeline', () => {
  it('rises and ends now', () => {
    const timeline = new Timeline(Date.UTC(2026, 2, 10) / 1000);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          return (
            timeline.at(low) <= timeline.at(high) &&
            timeline.at(low) >= timeline.start &&
            timeline.at(high) <= timeline.now
          );
        },
      ),
    );
    expect(timeline.now - timeline.at(1)).toBeLessThanOrEqual(1);
  });
});
