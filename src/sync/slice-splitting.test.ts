import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish, hour, minute, noon, page, settling, sliceBeforeNoon } from './slice.fixture.ts';

const forever = Number.POSITIVE_INFINITY;

describe('splitting', () => {
  it('gives nothing away that may still be hidden', () => {
    const slice = sliceBeforeNoon({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.accept(page(noon, noon - 8 * hour));
    expect(slice.unreadRange(noon)).toEqual({ from: noon - 8 * hour, to: noon - settling });
    const given = slice.split(3, noon);
    expect(given).toHaveLength(2);
    for (const { range } of given) expect(range.from).toBeLessThan(noon - settling);
    expect(given.at(-1)?.range.to).toBe(forever);
  });

  it('gives nothing away that has been read, or may be on the next page', () => {
    const slice = sliceBeforeNoon();
    slice.accept(page(noon, noon - minute));
    expect(slice.unreadRange(noon)).toEqual({ from: noon - minute, to: noon - minute });
    expect(slice.split(3, noon)).toEqual([]);
    finish(slice);
    const { from, to } = slice.unreadRange(noon + 10 * hour);
    expect([to, slice.split(3, noon + 10 * hour)]).toEqual([from, []]);
  });

  it('makes equal parts of what is unread, up to its end at most', () => {
    const slice = sliceBeforeNoon();
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
        const slice = sliceBeforeNoon({ range, isLast });
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
    const young = sliceBeforeNoon({ range: { from: noon - settling, to: forever }, isLast: true });
    expect(young.unreadRange(noon)).toEqual({ from: noon - settling, to: noon - settling });
    const short = sliceBeforeNoon({ range: { from: noon - hour, to: noon - hour + 1_000 } });
    expect(short.split(2, noon)).toEqual([]);
    // It is the last one still.
    expect(young.split(2, noon)).toEqual([]);
    young.accept(page(noon + hour, noon - minute));
    expect(finish(young).to).toBe(noon - minute);
  });

  it('takes the end away from the first: it is not the last any more', () => {
    const slice = sliceBeforeNoon({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
    slice.accept(page(noon + hour, noon - 8 * hour));
    const [given] = slice.split(2, noon + hour);
    expect(slice.accept(page(noon + hour, noon - 5 * hour)).range.to).toBe(noon - 5 * hour);
    expect(finish(slice).to).toBe(given?.range.from);
    given?.accept(page(noon + hour, noon - hour));
    expect(given && finish(given).to).toBe(noon - hour);
  });

  it('makes only the last of those given away the last', () => {
    const slice = sliceBeforeNoon({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
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
    const slice = sliceBeforeNoon({ isLast: true, range: { from: noon - 10 * hour, to: forever } });
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
    const slice = sliceBeforeNoon({ range: { from: noon - hour, to: noon - hour + 1_000 } });
    slice.splitWindow(noon);
    expect([slice.takeSplitOff(), slice.range.to]).toEqual([[], noon - hour + 1_000]);
  });
});
