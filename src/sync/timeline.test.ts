import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

const hour = 3_600_000;
const day = 24 * hour;
const page = 250;

/** Pages that begin at these hours and are so many hours long. */
function timelineOf(...pages: readonly (readonly [at: number, hours: number])[]): Timeline {
  const timeline = new Timeline();
  for (const [at, hours] of pages) timeline.note({ from: at * hour, to: (at + hours) * hour }, page);
  return timeline;
}

const span = (from: number, to: number) => ({ from: from * hour, to: to * hour });

/** Of what changes evenly by factors from the one to the other. */
const mean = (one: number, other: number) => (other - one) / Math.log(other / one);

describe('rows to be expected', () => {
  it('are none where nothing has been seen', () => {
    expect(new Timeline().rowsIn(span(0, 100))).toBe(0);
  });

  it('are as close together as those on either side', () => {
    const timeline = timelineOf([0, 1], [100, 1]);
    expect(timeline.rowsIn(span(1, 100)) / page).toBeCloseTo(99);
  });

  it('lie between, where one side is denser', () => {
    expect(timelineOf([0, 1], [16, 8]).rowsIn(span(1, 16)) / page).toBeCloseTo(15 * mean(1, 1 / 8));
    expect(timelineOf([0, 2], [22, 1]).rowsIn(span(2, 22)) / page).toBeCloseTo((20 * 0.5) / Math.log(2));
  });

  it('are not more than 16 pages beyond the sparser side, however dense one page is', () => {
    const timeline = timelineOf([0, 1 / 3_600], [1_000, 1]);
    expect(timeline.rowsIn(span(1, 1_000)) / page).toBeLessThan(999 + 16);
  });

  it('are more where several pages in a row have been as dense, on either side', () => {
    const quiet = [0, 100] as const;
    const dense = [1, 2, 3, 4, 5];
    const before = timelineOf(quiet, ...dense.map((at) => [100 + at, 1] as const), [100_000, 100]);
    const behind = timelineOf(quiet, ...dense.map((at) => [100_000 + at, 1] as const));
    // Five are believed for eighty, one for sixteen, beside the thousand of the sparser side.
    expect(before.rowsIn(span(106, 100_000)) / page).toBeCloseTo(mean(999 + 80, 999), 0);
    expect(behind.rowsIn(span(100, 100_001)) / page).toBeCloseTo(mean(999 + 80, 999), 0);
  });

  it('take a page half as dense for one like it', () => {
    const timeline = timelineOf([0, 100], [100, 2], [102, 1], [100_000, 100]);
    expect(timeline.rowsIn(span(103, 100_000)) / page).toBeCloseTo(mean(999 + 32, 999), 0);
  });

  it('are not more for pages in a row of which only the last is dense', () => {
    const timeline = timelineOf(...[0, 3, 6, 9].map((at) => [at, 3] as const), [12, 1], [100_000, 100]);
    expect(timeline.rowsIn(span(13, 100_000)) / page).toBeCloseTo(mean(1_000 + 16, 1_000), 0);
  });

  it('are as on the page before, close behind it', () => {
    expect(timelineOf([0, 1], [5, 50]).rowsIn(span(1, 5)) / page).toBeCloseTo(4);
  });

  it('are as on the later of two pages that begin in one second', () => {
    expect(timelineOf([0, 0], [0, 10]).rowsIn(span(10, 20)) / page).toBeCloseTo(1);
  });

  it('are few in a stretch that was empty, and never none', () => {
    const timeline = new Timeline();
    timeline.note({ from: 0, to: 100 * day }, 0);
    expect(timeline.rowsIn({ from: 100 * day, to: 200 * day })).toBeCloseTo(0.5);
  });
});

describe('cuts', () => {
  it('make equal parts where rows lie evenly, or nobody knows', () => {
    const equal = [25, 50, 75].map((at) => at * hour);
    expect(new Timeline().cuts(span(0, 100), 4)).toEqual(equal);
    expect(timelineOf([0, 1], [100, 1]).cuts(span(0, 100), 4)).toEqual(equal);
  });

  it('lie closer where rows do', () => {
    const [first = 0, second = 0] = timelineOf([0, 1], [100, 8])
      .cuts(span(0, 99), 3)
      .map((at) => at / hour);
    expect(first).toBeLessThan(second - first);
    expect(second - first).toBeLessThan(99 - second);
  });

  it('rise within the stretch, whatever has been seen', () => {
    const seen = fc.tuple(fc.nat(1_000), fc.integer({ min: 0, max: 500 }), fc.nat(page));
    fc.assert(
      fc.property(fc.array(seen), fc.nat(900), fc.integer({ min: 2, max: 40 }), (notes, from, parts) => {
        const timeline = new Timeline();
        for (const [at, hours, rows] of notes) timeline.note(span(at, at + hours), rows);
        const cuts = timeline.cuts(span(from, 1_000), parts);
        expect(cuts).toEqual(cuts.toSorted((a, b) => a - b));
        expect(cuts).toHaveLength(parts - 1);
        for (const cut of cuts) {
          expect(cut).toBeGreaterThanOrEqual(from * hour);
          expect(cut).toBeLessThanOrEqual(1_000 * hour);
        }
        expect(timeline.rowsIn(span(from, 1_000))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
