import { describe, expect, it } from 'vitest';
import { instantAt, now, segmentOf } from './parallel.fixture.ts';
import type { Segment } from './segment.ts';
import { Splitter } from './splitter.ts';

const pageSize = 10;

/** A stream with a page an hour, which brings pages and is split as the test says. */
class Stream {
  readonly splitter: Splitter;
  readonly segments: readonly Segment[];
  /** The pages left that it last asked room for. */
  left = 0;
  #spare = 0;

  /** Its segments lie between these hours. */
  constructor(...borders: readonly number[]) {
    this.segments = borders.slice(1).map((to, index) => segmentOf(borders[index] ?? 0, to));
    const spare = (left: number) => {
      this.left = left;
      return this.#spare;
    };
    this.splitter = new Splitter({ spare, now: () => now, pageSize }, this.segments);
  }

  /** A segment's next page, which is not full if it has fewer rows; it begins where it stands, or at this hour. */
  bring(segment: Segment | undefined, rows = pageSize, hour?: number): void {
    if (segment === undefined) throw new Error('there is no such segment');
    const from = hour === undefined ? segment.divisible(now).from : instantAt(hour);
    const page = Array.from({ length: rows }, (_, index) => ({
      at: from + ((instantAt(1) - instantAt(0)) * index) / (pageSize - 1),
    }));
    const part = segment.take({ rows: page, askedAt: now, limit: pageSize });
    this.splitter.note(segment, part.rows.length, rows === pageSize);
  }

  end(segment: Segment | undefined): void {
    if (segment === undefined) throw new Error('there is no such segment');
    segment.finish();
    this.splitter.note(segment, undefined, false);
  }

  split(spare: number, aboutToAsk = 0): Segment[] {
    this.#spare = spare;
    return this.splitter.split(aboutToAsk);
  }
}

/** One whose segments have all brought a page. */
function begun(...borders: readonly number[]): Stream {
  const stream = new Stream(...borders);
  stream.segments.forEach((segment) => stream.bring(segment));
  return stream;
}

const begin = ({ span }: Segment) => (span.from - instantAt(0)) / 3_600_000;

describe('a stream', () => {
  it('of less than four pages is never split, one of more into about as many parts as pages', () => {
    expect(begun(0, 3.9).split(100)).toEqual([]);
    const parts = begun(0, 5).split(100).length;
    expect(parts).toBeGreaterThanOrEqual(3);
    expect(parts).toBeLessThanOrEqual(8);
  });

  it('gives away as many parts as there is room for beside those about to ask', () => {
    expect(begun(0, 100).split(5)).toHaveLength(5);
    expect(begun(0, 100).split(5, 3)).toHaveLength(2);
    expect(begun(0, 100).split(5, 5)).toEqual([]);
  });

  it('asks for room for all that its segments have left', () => {
    const stream = begun(0, 50, 100);
    stream.split(0);
    expect(Math.abs(stream.left - 98)).toBeLessThan(1);
  });

  it('too wide to be asked for gives half of what is left away', () => {
    const stream = begun(0, 101);
    const halves = stream.segments.flatMap((segment) => stream.splitter.halve(segment)).map(begin);
    expect(halves).toHaveLength(1);
    expect(Math.abs((halves[0] ?? 0) - 51)).toBeLessThan(1);
  });
});

describe('the segment with the most left', () => {
  it.each([10, 90])('is split: two that meet at %d of 100', (border) => {
    const largest = border < 50 ? segmentOf(border, 100) : segmentOf(0, border);
    const [given] = begun(0, border, 100).split(1);
    expect(given?.span.to).toBe(largest.span.to);
  });

  it('takes no more than its share of the chains', () => {
    const begins = begun(0, 50, 110).split(6).map(begin);
    expect(begins).toHaveLength(6);
    expect(begins.filter((hour) => hour < 50)).toHaveLength(3);
  });

  it('is not one that is at its end, or behind whose last page there is nothing', () => {
    const stream = begun(0, 90, 140, 151);
    const [ended, short] = stream.segments;
    stream.end(ended);
    stream.bring(short, 5);
    const given = stream.split(3);
    expect(given).toHaveLength(3);
    for (const hour of given.map(begin)) expect(hour).toBeGreaterThan(141);
  });

  it('is thought to have less where a part that was given away came back empty', () => {
    const stream = begun(0, 1_000);
    const left = () => stream.segments.reduce((sum, segment) => sum + stream.splitter.pagesLeft(segment), 0);
    const [given] = stream.split(1);
    const before = left();
    stream.end(given);
    expect(left()).toBeLessThan(before / 2);
  });

  it.each<[string, (stream: Stream, segment: Segment | undefined) => void]>([
    ['has come to its end', (stream, segment) => stream.end(segment)],
    ['brought only what is behind its end', (stream, segment) => stream.bring(segment, pageSize, 2)],
  ])('is thought to go on as a page before it, whose segment then %s', (_what, finish) => {
    const stream = new Stream(0, 2, 100);
    const [one, other] = stream.segments;
    stream.bring(one);
    finish(stream, one);
    expect(other && Math.abs(stream.splitter.pagesLeft(other) - 98)).toBeLessThan(1);
  });
});

describe('a guess', () => {
  it('is bold only so far: more parts are given away as pages come, and fewer once some were empty', () => {
    const tried = (bring: (stream: Stream, given: Segment) => void) => {
      const stream = begun(0, 100_000);
      const first = stream.split(1_000);
      first.forEach((given) => bring(stream, given));
      for (let page = 0; page < 17; page++) stream.bring(stream.segments[0]);
      return [first.length, stream.split(1_000).length] as const;
    };
    const [first, more] = tried((stream, given) => stream.bring(given));
    expect(first).toBeLessThan(20);
    expect(more).toBeGreaterThan(5 * first);
    const [, fewer] = tried((stream, given) => stream.end(given));
    expect(fewer).toBeLessThan(more / 5);
  });

  it('waits for news of the ones before', () => {
    const stream = begun(0, 300);
    const given = stream.split(8);
    stream.bring(stream.segments[0]);
    expect([given.length, stream.split(8)]).toEqual([8, []]);
    given.forEach((segment) => stream.bring(segment));
    expect(stream.split(8)).toHaveLength(8);
  });

  it('about what has no page since it was split is made in a short stream alone', () => {
    const [short, long] = [begun(0, 10, 11, 12, 13, 14), begun(0, 1_000, 1_001, 1_002, 1_003, 1_004)];
    expect([short.split(1).length, short.split(1).length]).toEqual([1, 1]);
    expect([long.split(1).length, long.split(1).length]).toEqual([1, 0]);
    long.bring(long.segments[0]);
    expect(long.split(1)).toHaveLength(1);
  });
});

describe('of 1,000 pages', () => {
  /** It has brought 100, and before it so many segments ended with a page of so many rows. */
  const costly = (ended: number, rows: number) => {
    const borders = Array.from({ length: ended + 1 }, (_, index) => 2 * index);
    const begins = borders.at(-1) ?? 0;
    const stream = new Stream(...borders, begins + 1_000, begins + 1_001);
    const large = stream.segments.at(-2);
    for (const segment of stream.segments.filter((one) => one !== large)) {
      const isBehind = begin(segment) > begins;
      if (isBehind || rows > 0) stream.bring(segment, isBehind ? pageSize : rows);
      stream.end(segment);
    }
    for (let page = 0; page < 100; page++) stream.bring(large);
    return stream;
  };

  it.each([
    ['40 empty requests', 40, 0],
    ['80 half pages', 80, 5],
  ])(
    '%s are as much as splitting may cost, however many chains the limiter has room for',
    (_cost, ended, rows) => {
      const stream = costly(ended, rows);
      expect(stream.split(4)).toEqual([]);
      expect(stream.split(130)).toEqual([]);
    },
  );

  it.each([
    ['5 empty requests', 5, 0],
    ['80 full pages', 80, pageSize],
  ])('%s are not', (_cost, ended, rows) => {
    expect(costly(ended, rows).split(4)).toHaveLength(4);
  });
});
