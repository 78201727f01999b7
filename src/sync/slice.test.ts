import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import type { Instant } from './instant.ts';
import { Slice, type SliceOptions } from './slice.ts';

const minute = 60_000;
const hour = 60 * minute;
const settling = 30 * minute;
const noon = Date.parse('2024-05-01T12:00:00Z');

function sliceOf(options: Partial<SliceOptions> = {}): Slice {
  return new Slice({
    range: { from: noon - 10 * hour, to: noon },
    isLast: false,
    settling,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
    ...options,
  });
}

const page = (requestedAt: number, ...instants: number[]): Page => ({
  rows: instants.map((at) => ({ at })),
  requestedAt,
  limit: 250,
});
const finish = (slice: Slice): TimeRange => slice.accept(undefined).range;
const ids = (rows: Iterable<object>) => Array.from(rows, (row) => (row as { at: number }).at);

describe('a slice that another follows', () => {
  it('is read to its end when its listing is, rows or none', () => {
    const slice = sliceOf();
    slice.accept(page(noon + hour, noon - 9 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon });
    const empty = sliceOf();
    empty.accept(page(noon + hour));
    expect(finish(empty)).toEqual({ from: noon - 10 * hour, to: noon });
  });

  it('is not read at all without a page', () => {
    expect(finish(sliceOf())).toEqual({ from: noon - 10 * hour, to: noon - 10 * hour });
  });

  it('is not read beyond what may have been hidden from its latest page', () => {
    const slice = sliceOf();
    slice.accept(page(noon, noon - 9 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon - settling });
  });

  it('nor beyond what was hidden from a page that reached into it, however late the next one comes', () => {
    const slice = sliceOf();
    slice.accept(page(noon, noon - minute));
    slice.accept(page(noon + 5 * hour, noon - minute));
    expect(finish(slice)).toEqual({ from: noon - settling, to: noon - settling });
  });

  it('stops at the first page that reaches its end, and leaves that to the other', () => {
    const slice = sliceOf();
    expect(slice.accept(page(noon + hour, noon - 2 * hour, noon - hour)).range.to).toBe(noon - hour);
    expect(slice.isFinished).toBe(false);
    const batch = slice.accept(page(noon + hour, noon - 1_000, noon, noon + 1_000));
    expect(ids(batch.rows)).toEqual([noon - 1_000]);
    expect(batch.range).toEqual({ from: noon - hour, to: noon });
    expect(slice.isFinished).toBe(true);
  });

  it('a page that reaches its end too early to be settled does not count for all of it', () => {
    const slice = sliceOf();
    const batch = slice.accept(page(noon + minute, noon - hour, noon));
    expect(batch.range).toEqual({ from: noon - 10 * hour, to: noon + minute - settling });
  });

  it('goes on past rows out of order, leaves those after its end to the other, and says it once', () => {
    let said = 0;
    const slice = sliceOf({ onDisorder: () => said++ });
    const batch = slice.accept(page(noon + hour, noon, noon - 2 * hour));
    expect(ids(batch.rows)).toEqual([noon - 2 * hour]);
    expect([batch.range.from, batch.range.to]).toEqual([noon - 10 * hour, noon - 10 * hour]);
    slice.accept(page(noon + hour, noon - 3 * hour));
    expect([said, slice.isFinished]).toEqual([1, false]);
    expect(finish(slice).to).toBe(noon);
  });
});

describe('the rows of a page', () => {
  it('without a time go with those that have one', () => {
    const slice = sliceOf();
    const all = [{ at: noon - 2 * hour }, {}, { at: noon }];
    const { rows } = slice.accept({ ...page(noon + hour), rows: all });
    expect([rows.length, ...rows]).toEqual([2, ...all.slice(0, 2)]);
  });

  it('are read in the light of the row before, on the page before if need be', () => {
    const before: Instant[] = [];
    const slice = sliceOf({
      cursorOf: (row, notBefore) => {
        before.push(notBefore);
        return row['at'] as number | undefined;
      },
    });
    // The last is so young that the cursor does not go as far.
    slice.accept({ ...page(noon), rows: [{ at: noon - 2 * hour }, {}, { at: noon - minute }] });
    slice.accept(page(noon, noon - minute));
    expect(before).toEqual([noon - 10 * hour, noon - 2 * hour, noon - 2 * hour, noon - minute]);
  });

  it('show how densely they lie, with those of the page before; of one moment they count as a second', () => {
    const slice = sliceOf();
    slice.accept({ ...page(noon), limit: 3, rows: [{ at: noon - 4 * hour }, {}, {}] });
    expect(slice.density).toBe(2 / 1_000);
    slice.accept({ ...page(noon), limit: 3, rows: [{ at: noon - 3 * hour }, {}, { at: noon - 2 * hour }] });
    expect(slice.density).toBe(4 / (hour + 1_000));
  });

  it('of one moment say nothing where it is known how densely they lie', () => {
    const slice = sliceOf();
    const full = { ...page(noon), limit: 3 };
    slice.accept({ ...full, rows: [{ at: noon - 4 * hour }, {}, { at: noon - 2 * hour }] });
    expect(slice.density).toBe(2 / (2 * hour));
    slice.accept({ ...full, rows: [{ at: noon - hour }, {}, {}] });
    expect(slice.density).toBe(2 / (2 * hour));
    slice.accept({ ...full, rows: [{ at: noon - hour }] });
    expect([slice.density, slice.pages]).toEqual([0, 3]);
  });
});

describe('the last slice', () => {
  it('ends at its last row before end_date, whatever comes after it', () => {
    const slice = sliceOf({ isLast: true });
    const batch = slice.accept(page(noon + hour, noon - 3 * hour, noon - 2 * hour, noon, noon + minute));
    expect([batch.rows.length, batch.range.to]).toEqual([2, noon - 2 * hour]);
    expect(slice.isFinished).toBe(true);
    const next = sliceOf({ isLast: true });
    next.accept(page(noon + hour, noon - 3 * hour));
    expect(next.accept(page(noon + hour, noon)).range.to).toBe(noon - 3 * hour);
  });

  it('is read as far as its rows go once its listing is at its end, be they out of order', () => {
    const slice = sliceOf({ isLast: true });
    slice.accept(page(noon + hour, noon - 2 * hour, noon - 3 * hour));
    expect(finish(slice)).toEqual({ from: noon - 10 * hour, to: noon - 2 * hour });
  });

  it('goes no further than what was settled at its first page, where rows come out of order later', () => {
    const slice = sliceOf({ isLast: true });
    slice.accept(page(noon - 5 * hour, noon - 9 * hour));
    slice.accept(page(noon + hour, noon - 2 * hour, noon - 8 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon - 5 * hour - settling });
  });

  it('ends at its last row, wherever its range ends', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    slice.accept(page(noon + hour, noon - 2 * hour));
    expect(finish(slice)).toEqual({ from: noon - 2 * hour, to: noon - 2 * hour });
  });

  it('never passes what may be hidden', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    expect(slice.accept(page(noon, noon - minute)).range.to).toBe(noon - settling);
    expect(finish(slice).to).toBe(noon - settling);
  });
});

const forever = Number.POSITIVE_INFINITY;

describe('splitting', () => {
  it('gives nothing away that may still be hidden', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.accept(page(noon, noon - 8 * hour));
    expect(slice.unreadRange(noon)).toEqual({ from: noon - 8 * hour, to: noon - settling });
    const given = slice.split(3, noon);
    expect(given).toHaveLength(2);
    for (const { range } of given) expect(range.from).toBeLessThan(noon - settling);
    expect(given.at(-1)?.range.to).toBe(forever);
  });

  it('gives nothing away that has been read, or may be on the next page', () => {
    const slice = sliceOf();
    slice.accept(page(noon, noon - minute));
    expect(slice.unreadRange(noon)).toEqual({ from: noon - minute, to: noon - minute });
    expect(slice.split(3, noon)).toEqual([]);
    finish(slice);
    const { from, to } = slice.unreadRange(noon + 10 * hour);
    expect([to, slice.split(3, noon + 10 * hour)]).toEqual([from, []]);
  });

  it('makes equal parts of what is unread, up to its end at most', () => {
    const slice = sliceOf();
    slice.accept(page(noon + hour, noon - 8 * hour));
    expect(slice.unreadRange(noon + hour)).toEqual({ from: noon - 8 * hour, to: noon });
    expect(slice.split(4, noon + hour).map(({ range }) => range)).toEqual([
      { from: noon - 6 * hour, to: noon - 4 * hour },
      { from: noon - 4 * hour, to: noon - 2 * hour },
      { from: noon - 2 * hour, to: noon },
    ]);
    expect(slice.range).toEqual({ from: noon - 10 * hour, to: noon - 6 * hour });
  });

  it('cuts in whole seconds, and in none twice, whatever the parts: there is no gap and no overlap', () => {
    const scenario = fc.record({
      length: fc.nat(20_000),
      read: fc.option(fc.nat(20_000)),
      parts: fc.integer({ min: 1, max: 30 }),
      isLast: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ length, read, parts, isLast }) => {
        const range = { from: noon, to: noon + length };
        const slice = sliceOf({ range, isLast });
        if (read !== null) slice.accept(page(noon + hour, noon + read));
        const given = slice.split(parts, noon + hour);
        expect(given.length).toBeLessThan(parts);
        const ranges = [slice.range, ...given.map((one) => one.range)];
        expect([ranges[0]?.from, ranges.at(-1)?.to]).toEqual([range.from, range.to]);
        for (const [index, { from }] of ranges.slice(1).entries()) {
          expect([from, from % 1_000]).toEqual([ranges[index]?.to, 0]);
          // The row that was read may have others beside it.
          expect(from).toBeGreaterThan(Math.max(ranges[index]?.from ?? 0, noon + (read ?? 0)));
        }
      }),
    );
  });

  it('gives nothing where everything left is too young, or shorter than a second', () => {
    const young = sliceOf({ range: { from: noon - settling, to: forever }, isLast: true });
    expect(young.unreadRange(noon)).toEqual({ from: noon - settling, to: noon - settling });
    const short = sliceOf({ range: { from: noon - hour, to: noon - hour + 1_000 } });
    expect(short.split(2, noon)).toEqual([]);
    // It is the last one still.
    expect(young.split(2, noon)).toEqual([]);
    young.accept(page(noon + hour, noon - minute));
    expect(finish(young).to).toBe(noon - minute);
  });

  it('takes the end away from the first: it is not the last any more', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.accept(page(noon + hour, noon - 8 * hour));
    const [given] = slice.split(2, noon + hour);
    expect(slice.accept(page(noon + hour, noon - 5 * hour)).range.to).toBe(noon - 5 * hour);
    expect(finish(slice).to).toBe(given?.range.from);
    given?.accept(page(noon + hour, noon - hour));
    expect(given && finish(given).to).toBe(noon - hour);
  });

  it('makes only the last of those given away the last', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.accept(page(noon + hour, noon - 8 * hour));
    const [middle, last] = slice.split(3, noon + hour);
    if (middle === undefined || last === undefined) throw new Error('there are no three parts');
    middle.accept(page(noon + hour, middle.range.from + 1_000));
    last.accept(page(noon + hour, last.range.from + 1_000));
    expect(finish(middle).to).toBe(last.range.from);
    expect(finish(last).to).toBe(last.range.from + 1_000);
  });
});

describe('a window that is too wide to be asked for', () => {
  it('is halved as often as need be; each half is handed out once, and reaches to the one before', () => {
    const slice = sliceOf({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.splitWindow(noon + settling);
    slice.splitWindow(noon + settling);
    expect(slice.range).toEqual({ from: noon - 10 * hour, to: noon - 7.5 * hour });
    expect(slice.takeSplitOff().map(({ range }) => range)).toEqual([
      { from: noon - 5 * hour, to: forever },
      { from: noon - 7.5 * hour, to: noon - 5 * hour },
    ]);
    expect(slice.takeSplitOff()).toEqual([]);
  });

  it('of a second is not', () => {
    const slice = sliceOf({ range: { from: noon - hour, to: noon - hour + 1_000 } });
    slice.splitWindow(noon);
    expect([slice.takeSplitOff(), slice.range.to]).toEqual([[], noon - hour + 1_000]);
  });
});
