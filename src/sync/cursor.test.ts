import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { describe, expect, it } from 'vitest';
import { Coverage, type TimeRange } from './coverage.ts';
import { parseUtc } from './instant.ts';
import {
  WatermarkTracker,
  cursorAfterAll,
  cursorOf,
  lowerBound,
  savedCompletedRanges,
  stateOfCoverage,
} from './cursor.ts';

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

describe('WatermarkTracker', () => {
  const now = at('2024-05-01T12:00:00Z');

  it('is the largest cursor of the rows so far', () => {
    const progress = new WatermarkTracker(0, 30 * minute);
    progress.advance([1_000, 5_000], now);
    expect(progress.cursor).toBe(5_000);
    progress.advance([], now);
    progress.advance([5_000, undefined, 9_000], now);
    expect(progress.cursor).toBe(9_000);
  });

  it('never passes the settling time before its page was asked for', () => {
    const progress = new WatermarkTracker(0, 30 * minute);
    progress.advance([now - 60 * minute, now - minute], now);
    expect(progress.cursor).toBe(now - 30 * minute);
  });

  it('stays at that limit: a row hidden then is not behind a later page', () => {
    const progress = new WatermarkTracker(0, 30 * minute);
    progress.advance([now - minute], now);
    progress.advance([now + 40 * minute], now + 120 * minute);
    progress.complete();
    expect(progress.cursor).toBe(now - 30 * minute);
  });

  it('never moves back', () => {
    const progress = new WatermarkTracker(now + minute, 30 * minute);
    progress.advance([now - minute, now], now);
    progress.complete();
    expect(progress.cursor).toBe(now + minute);
  });

  it('says what it knows: the largest row, the limit of its latest page, and where it may not pass', () => {
    const progress = new WatermarkTracker(0, 30 * minute);
    expect([progress.largest, progress.safeUntil, progress.maxSafeCursor, progress.inOrder]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      true,
    ]);
    progress.advance([now - 40 * minute], now + 999);
    expect([progress.largest, progress.safeUntil, progress.maxSafeCursor]).toEqual([
      now - 40 * minute,
      now - 30 * minute,
      Number.POSITIVE_INFINITY,
    ]);
    progress.advance([now - 30 * minute], now);
    expect(progress.maxSafeCursor).toBe(Number.POSITIVE_INFINITY);
    progress.advance([now], now);
    expect([progress.maxSafeCursor, progress.cursor]).toEqual([now - 30 * minute, now - 30 * minute]);
  });

  it('stops at the first page of a listing that turns out to be in no order', () => {
    const progress = new WatermarkTracker(0, 0);
    progress.advance([5_000], 9_000);
    progress.advance([20_000, 4_000], 90_000);
    progress.advance([30_000], 95_000);
    progress.complete();
    expect(progress.cursor).toBe(9_000);
  });

  it('waits for the end of a listing that is not in order', () => {
    const progress = new WatermarkTracker(0, 0);
    progress.advance([9_000, 5_000], now);
    expect([progress.inOrder, progress.cursor]).toEqual([false, 0]);
    progress.advance([10_000], now);
    expect(progress.cursor).toBe(0);
    progress.complete();
    expect(progress.cursor).toBe(10_000);
  });

  it('is never ahead of a row that was hidden when its page was read', () => {
    const seconds = fc.integer({ min: 0, max: 7_200 });
    const row = fc.record({ at: seconds, hiddenFor: fc.integer({ min: 0, max: 1_800 }) });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 900 }),
        (rows, size, pace) => {
          const sorted = rows.toSorted((a, b) => a.at - b.at);
          const progress = new WatermarkTracker(0, 1_800_000);
          let from = -1;
          const seen = new Set<(typeof rows)[number]>();
          for (let clock = 3_600; ; clock += pace + 1) {
            const page = sorted
              .filter((r) => r.at > from && r.at <= clock && r.at + r.hiddenFor <= clock)
              .slice(0, size);
            // A keyset listing goes on after the last row's second only when that second is whole on the page.
            const last = page.at(-1);
            if (last === undefined) break;
            const whole = sorted.filter((r) => r.at > from && r.at <= last.at && r.at + r.hiddenFor <= clock);
            for (const r of whole) seen.add(r);
            progress.advance(
              whole.map((r) => r.at * 1_000),
              clock * 1_000,
            );
            from = last.at;
            for (const r of rows)
              if (!seen.has(r) && r.at <= clock) expect(progress.cursor).toBeLessThanOrEqual(r.at * 1_000);
          }
        },
      ),
      { numRuns: runs(500) },
    );
  });
});

describe('cursorAfterAll', () => {
  it('is capped by when the first page was asked for, and never earlier than where it began', () => {
    expect(cursorAfterAll(0, 100 * minute, 60 * minute, 30 * minute)).toBe(30 * minute);
    expect(cursorAfterAll(50 * minute, 100 * minute, 60 * minute, 30 * minute)).toBe(50 * minute);
    expect(cursorAfterAll(7_000, Number.NEGATIVE_INFINITY, 60 * minute, 0)).toBe(7_000);
  });
});
