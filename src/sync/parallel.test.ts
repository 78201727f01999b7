import { describe, expect, it } from 'vitest';
import { now, Reading, sliceOf } from './parallel.fixture.ts';

describe('slices side by side', () => {
  it('are all asked for at once, and their rows come as their pages do', async () => {
    const [one, other] = [sliceOf(0, 10), sliceOf(10, 20, true)];
    const reading = new Reading(one, other);
    expect(await reading.take(1, 11, 12)).toEqual({ rows: [11, 12], range: [10, 12] });
    expect(reading.asked.map(({ slice }) => slice)).toEqual([one, other, other]);
    expect(await reading.take(0, 3)).toEqual({ rows: [3], range: [0, 3] });
    expect(await reading.take(3)).toEqual({ rows: [], range: [3, 10] });
    // The last one ends where it stood: there is nothing to tell of it.
    expect(await reading.take(2)).toBeUndefined();
  });

  it('each ask for one page while one is written, and for no more', async () => {
    const reading = new Reading(sliceOf(0, 10));
    await reading.take(0, 1, 2);
    await reading.answer(1, 3, 4);
    expect(reading.asked).toHaveLength(2);
    expect(await reading.next()).toEqual({ rows: [3, 4], range: [2, 4] });
    expect(reading.asked).toHaveLength(3);
  });

  it('stop at the page that reaches their end', async () => {
    const slice = sliceOf(0, 10);
    const reading = new Reading(slice);
    expect(await reading.take(0, 9, 10)).toEqual({ rows: [9], range: [0, 10] });
    expect([reading.asked.length, reading.stopped]).toEqual([1, [slice]]);
    expect(await reading.next()).toBeUndefined();
  });

  it('bring rows that let nobody go on from there all the same', async () => {
    expect(await new Reading(sliceOf(0, 10)).take(0, 0, 0)).toEqual({ rows: [0, 0], range: [0, 0] });
  });

  it('tell the rate limit how many pages they may have left', async () => {
    const reading = new Reading(sliceOf(0, 10));
    await reading.take(0, 1, 2);
    expect(Math.abs(reading.pagesRemaining - 4)).toBeLessThan(1);
  });
});

describe('a page that nobody has taken', () => {
  it('counts as waiting until it is taken; the end of a listing does not', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 20));
    await reading.take(0, 1, 2);
    await reading.answer(1, 11, 12);
    await reading.answer(2);
    expect(reading.waiting).toBe(1);
    await reading.next();
    expect(reading.waiting).toBe(0);
    await reading.next();
    expect(reading.waiting).toBe(0);
  });

  it('does not count any more once nobody reads, nor does one that comes later', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 20), sliceOf(20, 30));
    await reading.take(0, 1, 2);
    await reading.answer(1, 11, 12);
    await reading.answer(2);
    await reading.stop();
    expect(reading.waiting).toBe(0);
    await reading.answer(3, 3, 4);
    expect([reading.waiting, reading.asked.length]).toEqual([0, 4]);
  });
});

describe('a failure', () => {
  it('of any slice ends all: it comes before pages that wait, and before a later one', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 20), sliceOf(20, 30));
    await reading.take(0, 1, 2);
    await reading.answer(3, 3, 4);
    await reading.fail(1, 'the first');
    await reading.fail(2, 'the second');
    await expect(reading.next()).rejects.toEqual(new Error('the first'));
    expect(reading.waiting).toBe(0);
  });

  it('is told to who waits for a page', async () => {
    const reading = new Reading(sliceOf(0, 10));
    await reading.take(0, 1, 2);
    await expect(Promise.all([reading.next(), reading.fail(1, 'gone')])).rejects.toEqual(new Error('gone'));
  });
});

describe('pages that wait', () => {
  it('beyond two are packed, and their rows come all the same', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 20), sliceOf(20, 30), sliceOf(30, 40));
    await reading.take(0, 1, 2);
    await reading.answer(1, 11, 12);
    await reading.answer(2, 21, 22);
    expect([reading.waiting, reading.packed]).toEqual([2, 0]);
    await reading.answer(3, 31, 32);
    await reading.answer(4, 3, 4);
    expect([reading.waiting, reading.packed]).toEqual([4, 2]);
    const batches = [await reading.next(), await reading.next(), await reading.next(), await reading.next()];
    expect(batches.map((batch) => batch?.rows)).toEqual([
      [11, 12],
      [21, 22],
      [31, 32],
      [3, 4],
    ]);
  });

  it('are not, where they are taken as they come', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 20), sliceOf(20, 30));
    for (let index = 0; index < 3; index++) await reading.take(index, 10 * index + 1, 10 * index + 2);
    expect([reading.waiting, reading.packed]).toEqual([0, 0]);
  });
});

describe('a slice too wide to be asked for', () => {
  it('gives half of it away, which is read once the first page is here', async () => {
    const slice = sliceOf(0, 10);
    const reading = new Reading(slice);
    const first = reading.next();
    slice.splitWindow(now);
    slice.splitWindow(now);
    expect([slice.range.to, reading.asked.length]).toEqual([sliceOf(0, 2.5).range.to, 1]);
    await reading.answer(0, 1, 2);
    await first;
    const halves = reading.asked.map((asked) => asked.slice.range);
    expect(halves).toEqual([slice.range, sliceOf(5, 10).range, sliceOf(2.5, 5).range, slice.range]);
  });

  it('gives it away even if its own listing ends at once', async () => {
    const slice = sliceOf(0, 10);
    const reading = new Reading(slice);
    const next = reading.next();
    slice.splitWindow(now);
    await reading.answer(0);
    await reading.answer(1, 6, 7);
    expect(await next).toEqual({ rows: [6, 7], range: [5, 7] });
  });
});

describe('a slice with much left', () => {
  it('is split where there is room, and each part is read', async () => {
    const reading = new Reading(sliceOf(0, 100));
    reading.room = 5;
    await reading.take(0, 1, 2);
    const ranges = reading.asked.slice(1).map(({ slice }) => slice.range);
    // The parts, and itself, which asks for its next page.
    expect(ranges).toHaveLength(5);
    const { from, to } = sliceOf(0, 100).range;
    const begins = new Set([...ranges.map((range) => range.from), to]);
    expect(begins).toEqual(new Set([from, ...ranges.map((range) => range.to)]));
  });

  it('is not split at its page that is not full', async () => {
    const reading = new Reading(sliceOf(0, 100));
    reading.room = 4;
    await reading.take(0, 1);
    expect(reading.asked).toHaveLength(2);
    await reading.take(1, 2, 3);
    expect(reading.asked.length).toBeGreaterThan(3);
  });

  it.each([
    [3, 0],
    [4, 1],
  ])('leaves room to those that are about to ask: of %d requests more, %d', async (room, given) => {
    const reading = new Reading(sliceOf(0, 100), sliceOf(100, 200), sliceOf(200, 300));
    for (const index of [0, 1, 2]) await reading.take(index, 100 * index + 1, 100 * index + 2);
    // All pages are here: each slice is about to ask for its next one.
    for (const index of [0, 1, 2]) await reading.answer(index + 3, 100 * index + 3, 100 * index + 4);
    reading.room = room;
    await reading.next();
    expect(reading.asked).toHaveLength(7 + given);
  });

  it('has all the room where the page that is here is the last of its slice', async () => {
    const reading = new Reading(sliceOf(0, 10), sliceOf(10, 200));
    await reading.take(1, 11, 12);
    reading.room = 1;
    await reading.take(0, 9, 10);
    expect(reading.asked).toHaveLength(4);
  });
});
