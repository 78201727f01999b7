import { describe, expect, it } from 'vitest';
import { Coverage, type TimeRange } from './coverage.ts';
import { parseUtc } from './instant.ts';
import { cursorAfterAll, cursorOf, lowerBound, savedCompletedRanges, stateOfCoverage } from './cursor.ts';

const minute = 60_000;
const at = (text: string) => Date.parse(text);

describe('what was read beyond the cursor', () => {
  const spans = [
    { from: at('2024-06-01T00:00:00Z'), to: at('2024-06-02T00:00:00Z') },
    { from: at('2024-07-01T00:00:00Z'), to: at('2024-07-01T00:00:01Z') },
  ];
  const saved = [
    ['2024-06-01T00:00:00+00:00', '2024-06-02T00:00:00+00:00'],
    ['2024-07-01T00:00:00+00:00', '2024-07-01T00:00:01+00:00'],
  ];
  const updated_at = '2024-05-01T10:00:00+00:00';
  const state = (beyond: readonly TimeRange[]) =>
    stateOfCoverage('updated_at', new Coverage(at(updated_at), beyond));

  it('stands in the state, and is read back from it', () => {
    expect(state(spans)).toEqual({ updated_at, read_beyond: saved });
    expect(savedCompletedRanges(state(spans))).toEqual(spans);
  });

  it('is left out where there is none', () => {
    expect(state([])).toEqual({ updated_at });
    expect([
      savedCompletedRanges(undefined),
      savedCompletedRanges({}),
      savedCompletedRanges({ updated_at }),
    ]).toEqual([[], [], []]);
  });

  it('is rounded to whole seconds that were read from end to end, and left out where none was', () => {
    const ragged = { from: at('2024-06-01T00:00:00.001Z'), to: at('2024-06-01T00:00:03.999Z') };
    const speck = { from: at('2024-07-01T00:00:00.200Z'), to: at('2024-07-01T00:00:00.800Z') };
    const second = { from: at('2024-07-02T00:00:00.200Z'), to: at('2024-07-02T00:00:01.800Z') };
    expect(state([ragged, speck, second])).toEqual({
      updated_at,
      read_beyond: [['2024-06-01T00:00:01+00:00', '2024-06-01T00:00:03+00:00']],
    });
    expect(state([speck])).toEqual({ updated_at });
  });

  it.each<[string, unknown]>([
    ['no list', 'all of it'],
    ['no pair', ['2024-06-01T00:00:00+00:00']],
    ['an open end', [['2024-06-01T00:00:00+00:00']]],
    ['no beginning', [[null, '2024-06-01T00:00:00+00:00']]],
    ['numbers', [[1, 2]]],
    ['no times', [['soon', 'later']]],
    ['an end before its beginning', [['2024-06-02', '2024-06-01']]],
    ['nothing between', [['2024-06-01', '2024-06-01']]],
  ])('is read again where it is said badly: %s', (_name, read_beyond) => {
    expect(savedCompletedRanges({ read_beyond } as never)).toEqual([]);
  });

  it('of several, those that are said well count', () => {
    expect(savedCompletedRanges({ read_beyond: ['?', ...saved, [1, 2]] })).toEqual(spans);
  });
});

describe('lowerBound', () => {
  const window = { start: at('2024-01-01'), lookback: 0, settling: 0 };

  it('is the start date at a first sync, and inclusive of the cursor after', () => {
    expect(lowerBound(undefined, window)).toBe(window.start);
    expect(lowerBound(at('2024-05-01T10:00:00Z'), window)).toBe(at('2024-05-01T10:00:00Z'));
  });

  it('goes back by the lookback window, not past the start date', () => {
    const day = 24 * 60 * minute;
    expect(lowerBound(at('2024-05-03'), { ...window, lookback: 2 * day })).toBe(at('2024-05-01'));
    expect(lowerBound(at('2024-01-02'), { ...window, lookback: 9 * day })).toBe(window.start);
  });
});

describe('a time without zone', () => {
  const row = { updated_at: '2024-07-01T10:00:00' };

  it('is the latest it can be in a listing in no order, the earliest in a sorted one', () => {
    expect(cursorOf(row, 'updated_at')).toBe(at('2024-07-01T14:00:00Z'));
    expect(cursorOf(row, 'updated_at', parseUtc)).toBe(at('2024-07-01T10:00:00Z'));
    expect(cursorOf({ updated_at: 7 }, 'updated_at', parseUtc)).toBeUndefined();
  });
});

describe('cursorOf', () => {
  it.each([{}, { updated_at: null }, { updated_at: '' }, { updated_at: 7 }])('is undefined for %j', (row) => {
    expect(cursorOf(row, 'updated_at')).toBeUndefined();
  });
});

describe('cursorAfterAll', () => {
  it('is capped by when the first page was asked for, and never earlier than where it began', () => {
    expect(cursorAfterAll(0, 100 * minute, 60 * minute, { settling: 30 * minute })).toBe(30 * minute);
    expect(cursorAfterAll(50 * minute, 100 * minute, 60 * minute, { settling: 30 * minute })).toBe(
      50 * minute,
    );
    expect(cursorAfterAll(7_000, Number.NEGATIVE_INFINITY, 60 * minute, { settling: 0 })).toBe(7_000);
  });
});
