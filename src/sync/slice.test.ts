import { describe, expect, it } from 'vitest';
import type { Instant } from './instant.ts';
import { finish, hour, minute, noon, page, settling, sliceBeforeNoon } from './slice.fixture.ts';

const ids = (rows: Iterable<object>) => Array.from(rows, (row) => (row as { at: number }).at);

describe('a slice that another follows', () => {
  it('is read to its end when its listing is, rows or none', () => {
    const slice = sliceBeforeNoon();
    slice.accept(page(noon + hour, noon - 9 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon });
    const empty = sliceBeforeNoon();
    empty.accept(page(noon + hour));
    expect(finish(empty)).toEqual({ from: noon - 10 * hour, to: noon });
  });

  it('is not read at all without a page', () => {
    expect(finish(sliceBeforeNoon())).toEqual({ from: noon - 10 * hour, to: noon - 10 * hour });
  });

  it('is not read beyond what may have been hidden from its latest page', () => {
    const slice = sliceBeforeNoon();
    slice.accept(page(noon, noon - 9 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon - settling });
  });

  it('nor beyond what was hidden from a page that reached into it, however late the next one comes', () => {
    const slice = sliceBeforeNoon();
    slice.accept(page(noon, noon - minute));
    slice.accept(page(noon + 5 * hour, noon - minute));
    expect(finish(slice)).toEqual({ from: noon - settling, to: noon - settling });
  });

  it('stops at the first page that reaches its end, and leaves that to the other', () => {
    const slice = sliceBeforeNoon();
    expect(slice.accept(page(noon + hour, noon - 2 * hour, noon - hour)).range.to).toBe(noon - hour);
    expect(slice.isFinished).toBe(false);
    const batch = slice.accept(page(noon + hour, noon - 1_000, noon, noon + 1_000));
    expect(ids(batch.rows)).toEqual([noon - 1_000]);
    expect(batch.range).toEqual({ from: noon - hour, to: noon });
    expect(slice.isFinished).toBe(true);
  });

  it('a page that reaches its end too early to be settled does not count for all of it', () => {
    const slice = sliceBeforeNoon();
    const batch = slice.accept(page(noon + minute, noon - hour, noon));
    expect(batch.range).toEqual({ from: noon - 10 * hour, to: noon + minute - settling });
  });

  it('goes on past rows out of order, leaves those after its end to the other, and says it once', () => {
    let said = 0;
    const slice = sliceBeforeNoon({ onDisorder: () => said++ });
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
    const slice = sliceBeforeNoon();
    const all = [{ at: noon - 2 * hour }, {}, { at: noon }];
    const { rows } = slice.accept({ ...page(noon + hour), rows: all });
    expect([rows.length, ...rows]).toEqual([2, ...all.slice(0, 2)]);
  });

  it('are read in the light of the row before, on the page before if need be', () => {
    const before: Instant[] = [];
    const slice = sliceBeforeNoon({
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

  it('show how densely they lie; of one moment they count as a second', () => {
    const slice = sliceBeforeNoon();
    slice.accept({ ...page(noon), limit: 3, rows: [{ at: noon - 4 * hour }, {}, {}] });
    expect(slice.density).toBe(2 / 1_000);
    slice.accept({ ...page(noon), limit: 3, rows: [{ at: noon - 3 * hour }, {}, { at: noon - 2 * hour }] });
    expect(slice.density).toBe(2 / hour);
  });

  it('of one moment say nothing where it is known how densely they lie', () => {
    const slice = sliceBeforeNoon();
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
    const slice = sliceBeforeNoon({ isLast: true });
    const batch = slice.accept(page(noon + hour, noon - 3 * hour, noon - 2 * hour, noon, noon + minute));
    expect([batch.rows.length, batch.range.to]).toEqual([2, noon - 2 * hour]);
    expect(slice.isFinished).toBe(true);
    const next = sliceBeforeNoon({ isLast: true });
    next.accept(page(noon + hour, noon - 3 * hour));
    expect(next.accept(page(noon + hour, noon)).range.to).toBe(noon - 3 * hour);
  });

  it('is read as far as its rows go once its listing is at its end, be they out of order', () => {
    const slice = sliceBeforeNoon({ isLast: true });
    slice.accept(page(noon + hour, noon - 2 * hour, noon - 3 * hour));
    expect(finish(slice)).toEqual({ from: noon - 10 * hour, to: noon - 2 * hour });
  });

  it('goes no further than what was settled at its first page, where rows come out of order later', () => {
    const slice = sliceBeforeNoon({ isLast: true });
    slice.accept(page(noon - 5 * hour, noon - 9 * hour));
    slice.accept(page(noon + hour, noon - 2 * hour, noon - 8 * hour));
    expect(finish(slice)).toEqual({ from: noon - 9 * hour, to: noon - 5 * hour - settling });
  });

  it('ends at its last row, wherever its range ends', () => {
    const slice = sliceBeforeNoon({
      isLast: true,
      range: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY },
    });
    slice.accept(page(noon + hour, noon - 2 * hour));
    expect(finish(slice)).toEqual({ from: noon - 2 * hour, to: noon - 2 * hour });
  });

  it('never passes what may be hidden', () => {
    const slice = sliceBeforeNoon({
      isLast: true,
      range: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY },
    });
    expect(slice.accept(page(noon, noon - minute)).range.to).toBe(noon - settling);
    expect(finish(slice).to).toBe(noon - settling);
  });
});
