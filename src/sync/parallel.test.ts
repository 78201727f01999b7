import { describe, expect, it } from 'vitest';
import { Reading, segmentOf } from './parallel.fixture.ts';

describe('segments side by side', () => {
  it('are all asked for at once, and their rows come as their pages do', async () => {
    const [one, other] = [segmentOf(0, 10), segmentOf(10, 20, true)];
    const reading = new Reading(one, other);
    expect(await reading.take(1, 11, 12)).toEqual({ rows: [11, 12], span: [10, 12] });
    expect(reading.asked.map(({ segment }) => segment)).toEqual([one, other, other]);
    expect(await reading.take(0, 3)).toEqual({ rows: [3], span: [0, 3] });
    expect(await reading.take(3)).toEqual({ rows: [], span: [3, 10] });
    // The last one ends where it stood: there is nothing to tell of it.
    expect(await reading.take(2)).toBeUndefined();
  });

  it('each ask for one page while one is written, and for no more', async () => {
    const reading = new Reading(segmentOf(0, 10));
    await reading.take(0, 1, 2);
    await reading.answer(1, 3, 4);
    expect(reading.asked).toHaveLength(2);
    expect(await reading.next()).toEqual({ rows: [3, 4], span: [2, 4] });
    expect(reading.asked).toHaveLength(3);
  });

  it('stop at the page that reaches their end', async () => {
    const segment = segmentOf(0, 10);
    const reading = new Reading(segment);
    expect(await reading.take(0, 9, 10)).toEqual({ rows: [9], span: [0, 10] });
    expect([reading.asked.length, reading.stopped]).toEqual([1, [segment]]);
    expect(await reading.next()).toBeUndefined();
  });

  it('bring rows that let nobody go on from there all the same', async () => {
    expect(await new Reading(segmentOf(0, 10)).take(0, 0, 0)).toEqual({ rows: [0, 0], span: [0, 0] });
  });

  it('tell how many pages they may have left', async () => {
    const reading = new Reading(segmentOf(0, 100));
    await reading.take(0, 1, 2);
    expect(Math.abs(reading.at(1).left() - 98)).toBeLessThan(1);
  });
});

describe('a page that nobody has taken', () => {
  it('counts as waiting until it is taken; the end of a listing does not', async () => {
    const reading = new Reading(segmentOf(0, 10), segmentOf(10, 20));
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
    const reading = new Reading(segmentOf(0, 10), segmentOf(10, 20), segmentOf(20, 30));
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
  it('of any segment ends all: it comes before pages that wait, and before a later one', async () => {
    const reading = new Reading(segmentOf(0, 10), segmentOf(10, 20), segmentOf(20, 30));
    await reading.take(0, 1, 2);
    await reading.answer(3, 3, 4);
    await reading.fail(1, 'the first');
    await reading.fail(2, 'the second');
    await expect(reading.next()).rejects.toEqual(new Error('the first'));
    expect(reading.waiting).toBe(0);
  });

  it('is told to who waits for a page', async () => {
    const reading = new Reading(segmentOf(0, 10));
    await reading.take(0, 1, 2);
    await expect(Promise.all([reading.next(), reading.fail(1, 'gone')])).rejects.toEqual(new Error('gone'));
  });
});

describe('a segment too wide to be asked for', () => {
  it('gives half of it away, which is read once the first page is here', async () => {
    const segment = segmentOf(0, 10);
    const reading = new Reading(segment);
    const first = reading.next();
    reading.at(0).narrow();
    reading.at(0).narrow();
    expect([segment.span.to, reading.asked.length]).toEqual([segmentOf(0, 2.5).span.to, 1]);
    await reading.answer(0, 1, 2);
    await first;
    const halves = reading.asked.map((asked) => asked.segment.span);
    expect(halves).toEqual([segment.span, segmentOf(5, 10).span, segmentOf(2.5, 5).span, segment.span]);
  });
});

describe('a segment with much left', () => {
  it('is split where there is room, and each part is read', async () => {
    const reading = new Reading(segmentOf(0, 100));
    reading.spare = 4;
    await reading.take(0, 1, 2);
    const spans = reading.asked.slice(1).map(({ segment }) => segment.span);
    expect(spans).toHaveLength(4);
    const { from, to } = segmentOf(0, 100).span;
    const begins = new Set([...spans.map((span) => span.from), to]);
    expect(begins).toEqual(new Set([from, ...spans.map((span) => span.to)]));
  });

  it('is not split at a page that is not full, of whichever segment', async () => {
    const reading = new Reading(segmentOf(0, 100), segmentOf(100, 200));
    await reading.take(0, 1, 2);
    await reading.take(1, 101, 102);
    reading.spare = 4;
    await reading.take(2, 3);
    expect(reading.asked).toHaveLength(5);
    await reading.take(3, 103, 104);
    expect(reading.asked.length).toBeGreaterThan(6);
  });

  it.each([
    [2, 0],
    [3, 1],
  ])('leaves room to the chains that will ask: of %d requests more, %d', async (spare, given) => {
    const reading = new Reading(segmentOf(0, 100), segmentOf(100, 200));
    await reading.take(0, 1, 2);
    await reading.take(1, 101, 102);
    // Both pages are here: each chain asks for its next one presently.
    await reading.answer(2, 3, 4);
    await reading.answer(3, 103, 104);
    reading.spare = spare;
    await reading.next();
    expect(reading.asked).toHaveLength(5 + given);
  });

  it('has all the room where the page that is here is the last of its chain', async () => {
    const reading = new Reading(segmentOf(0, 10), segmentOf(10, 200));
    await reading.take(1, 11, 12);
    reading.spare = 1;
    await reading.take(0, 9, 10);
    expect(reading.asked).toHaveLength(4);
  });
});
