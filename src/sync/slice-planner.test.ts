import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { describe, expect, it } from 'vitest';
import { instantAt, now, sliceOf } from './parallel.fixture.ts';
import type { Slice } from './slice.ts';
import { SlicePlanner } from './slice-planner.ts';

const pageSize = 10;

interface PageOptions {
  /** How many more requests the rate limit has room for; none, if not said. */
  readonly room?: number;
  /** Fewer than a full page's. */
  readonly rows?: number;
  /** From its beginning to its last row. */
  readonly hours?: number;
}

/** A stream with a page an hour, if not said otherwise. */
class Stream {
  readonly planner: SlicePlanner;
  readonly slices: readonly Slice[];
  /** The pages that remain, as the rate limit was last told. */
  remaining = 0;

  /** Its slices lie between these hours. */
  constructor(...borders: readonly number[]) {
    this.slices = borders.slice(1).map((to, index) => sliceOf(borders[index] ?? 0, to));
    this.planner = new SlicePlanner(this.slices, pageSize);
  }

  /** A slice's next page. Returns what is to be read beside it. */
  bring(slice: Slice | undefined, { room = 0, rows = pageSize, hours = 1 }: PageOptions = {}) {
    if (slice === undefined) throw new Error('there is no such slice');
    const { from } = slice.unreadRange(now);
    const page = Array.from({ length: rows }, (_, index) => ({
      at: from + ((instantAt(hours) - instantAt(0)) * (index + 1)) / pageSize,
    }));
    return this.#accept(slice, { rows: page, requestedAt: now, limit: pageSize }, room);
  }

  /** A slice's listing is at its end. */
  end(slice: Slice | undefined, room = 0): readonly Slice[] {
    if (slice === undefined) throw new Error('there is no such slice');
    return this.#accept(slice, undefined, room);
  }

  #accept(slice: Slice, page: Parameters<SlicePlanner['accept']>[1], room: number): readonly Slice[] {
    return this.planner.accept(slice, page, (pagesRemaining) => {
      this.remaining = pagesRemaining;
      return room;
    }).added;
  }
}

/** What is split where each slice between these hours brings a page, and there is room from the last one on. */
function splitsOf(room: number, ...borders: readonly number[]): readonly Slice[] {
  const stream = new Stream(...borders);
  stream.slices.slice(0, -1).forEach((slice) => stream.bring(slice));
  return stream.bring(stream.slices.at(-1), { room });
}

const begin = ({ range }: Slice) => (range.from - instantAt(0)) / 3_600_000;

describe('what a slice has left', () => {
  it('is as dense as its page, in all slices together', () => {
    const stream = new Stream(0, 20, 30);
    stream.slices.forEach((slice) => stream.bring(slice));
    expect(stream.remaining).toBeCloseTo(19 + 9);
  });

  it('is as dense as its latest page', () => {
    const stream = new Stream(0, 10);
    stream.bring(stream.slices[0], { hours: 5 });
    expect(stream.remaining).toBeCloseTo(1);
    stream.bring(stream.slices[0], { hours: 1 });
    expect(stream.remaining).toBeCloseTo(4);
  });

  it('is nothing after a page that is not full, and at its end', () => {
    const stream = new Stream(0, 20, 30);
    stream.slices.forEach((slice) => stream.bring(slice));
    stream.bring(stream.slices[0], { rows: pageSize - 1 });
    expect(stream.remaining).toBeCloseTo(9);
    stream.end(stream.slices[1]);
    expect(stream.remaining).toBe(0);
  });

  it('is believed to be sixteen times what it has brought, and sixteen more, at most', () => {
    const stream = new Stream(0, 1_000);
    stream.bring(stream.slices[0]);
    expect(stream.remaining).toBe(32);
    stream.bring(stream.slices[0]);
    expect(stream.remaining).toBe(48);
  });

  it('is about a page a second where all rows of a page are of one moment', () => {
    const stream = new Stream(0, 10 / 3_600);
    stream.bring(stream.slices[0], { hours: 0 });
    expect(stream.remaining).toBeCloseTo(9);
  });

  it('is divided with a slice that is split off, and gone with that if it comes back empty', () => {
    const stream = new Stream(0, 21);
    const [given] = stream.bring(stream.slices[0], { room: 1 });
    expect(stream.remaining).toBeCloseTo(20);
    stream.end(given);
    expect(stream.remaining).toBeCloseTo(9.9);
  });
});

describe('a slice', () => {
  it('of less than four pages is not split, one of more into parts of two at least', () => {
    expect(splitsOf(3, 0, 4.9)).toEqual([]);
    expect(splitsOf(4, 0, 5.1).map(begin)).toEqual([expect.closeTo(3.05, 2)]);
    expect(splitsOf(7, 0, 9)).toHaveLength(3);
  });

  it('is split into single pages where there is room for more requests than pages remain', () => {
    expect(splitsOf(4, 0, 4.9)).toHaveLength(2);
    expect(splitsOf(9, 0, 9)).toHaveLength(7);
  });

  it('is split into as many parts as there is room for', () => {
    for (const room of [0, 1, 5]) expect(splitsOf(room, 0, 33)).toHaveLength(room);
  });

  it('is split into parts of whole pages, fewer where each still takes as many requests', () => {
    expect(splitsOf(3, 0, 12).map(begin)).toEqual([3.97, 6.94, 9.91].map((at) => expect.closeTo(at, 2)));
    expect(splitsOf(3, 0, 13).map(begin)).toEqual([3.97, 6.94, 9.91].map((at) => expect.closeTo(at, 2)));
  });

  it('is split into sixteen parts at most', () => {
    const stream = new Stream(0, 10, 1_000);
    const first = stream.bring(stream.slices[0], { room: 3 });
    [...first, ...stream.slices].forEach((slice) => stream.bring(slice));
    for (let page = 0; page < 5; page++) stream.bring(stream.slices[1]);
    expect(stream.bring(stream.slices[1], { room: 50 })).toHaveLength(15);
  });

  it.each([10, 25])(
    'is the one that is split if it has the most left: two that meet at %d of 35',
    (border) => {
      const largest = border < 15 ? sliceOf(border, 35) : sliceOf(0, border);
      expect(splitsOf(1, 0, border, 35).map(({ range }) => range.to)).toEqual([largest.range.to]);
    },
  );

  it('takes no more than its share of the room', () => {
    const begins = splitsOf(6, 0, 25, 50).map(begin);
    expect([begins.length, begins.filter((hour) => hour < 25).length]).toEqual([6, 4]);
  });

  it('is not split into parts much smaller than what each has left on average', () => {
    expect(splitsOf(1, 0, 11, 22, 33, 44)).toEqual([]);
    expect(splitsOf(1, 0, 11, 22, 33, 54)).toHaveLength(1);
  });

  it('is split once a page: neither it nor what was split off is, before it has brought one', () => {
    const stream = new Stream(0, 30, 31);
    const [given] = stream.bring(stream.slices[0], { room: 1 });
    expect(stream.bring(stream.slices[1], { room: 10, rows: 1 })).toEqual([]);
    expect(stream.bring(given, { room: 2 }).every((part) => begin(part) > 16)).toBe(true);
    expect(stream.bring(stream.slices[0], { room: 2 }).length).toBeGreaterThan(0);
  });

  it('too wide to be asked for is halved, and the other half takes of the room', () => {
    for (const room of [1, 3]) {
      const stream = new Stream(0, 100);
      stream.slices[0]?.splitWindow(now);
      const added = stream.bring(stream.slices[0], { room });
      expect([added.length, added[0]?.range]).toEqual([room, sliceOf(50, 100).range]);
      // Of a half that has brought nothing yet nothing is known.
      if (room === 1) expect(stream.remaining).toBe(32);
    }
  });
});

describe('slices without a page', () => {
  /** A stream that has split off all it dares, and how many slices that is. */
  const daring = () => {
    const stream = new Stream(0, 100_000);
    for (let page = 0; page < 20; page++) stream.bring(stream.slices[0]);
    const given: Slice[] = [];
    for (let page = 0; page < 20; page++) given.push(...stream.bring(stream.slices[0], { room: 1_000 }));
    return { stream, given };
  };
  const more = ({ stream }: ReturnType<typeof daring>) => {
    const added: Slice[] = [];
    for (let page = 0; page < 20; page++) added.push(...stream.bring(stream.slices[0], { room: 1_000 }));
    return added.length;
  };

  it('are eleven at most, once the first has brought one', () => {
    expect(daring().given).toHaveLength(11);
  });

  it('may be three more for each that brings rows', () => {
    const tried = daring();
    tried.given.forEach((slice) => tried.stream.bring(slice));
    const added = more(tried);
    expect(added).toBeGreaterThan(11 + 2 * 11);
    expect(added).toBeLessThanOrEqual(11 + 3 * 11);
  });

  it('may be one less for each that brings none, but two in any case', () => {
    const some = daring();
    some.given.slice(0, 8).forEach((slice) => some.stream.end(slice));
    some.given.slice(8).forEach((slice) => some.stream.bring(slice));
    expect(more(some)).toBe(11 - 8 + 3 * 3);
    const all = daring();
    all.given.forEach((slice) => all.stream.end(slice));
    expect(more(all)).toBe(2);
  });
});

describe('whatever comes, and however much room there is', () => {
  const event = fc.record({
    which: fc.nat(),
    room: fc.nat(20),
    rows: fc.integer({ min: 0, max: pageSize }),
    hours: fc.constantFrom(0, 0.1, 1, 5),
    ends: fc.nat(5).map((one) => one === 0),
    isTooWide: fc.nat(5).map((one) => one === 0),
  });

  it('the slices have neither gap nor overlap, and no more are added than there is room for', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const stream = new Stream(0, 40, 100);
        const slices = [...stream.slices];
        for (const { which, ends, isTooWide, ...page } of events) {
          const open = slices.filter(({ isFinished }) => !isFinished);
          const slice = open[which % Math.max(1, open.length)];
          if (slice === undefined) break;
          if (isTooWide) slice.splitWindow(now);
          const added = ends ? stream.end(slice, page.room) : stream.bring(slice, page);
          expect(added.length).toBeLessThanOrEqual(Math.max(page.room, isTooWide ? 1 : 0));
          slices.push(...added);
        }
        const ranges = slices.map(({ range }) => range).toSorted((a, b) => a.from - b.from);
        expect([ranges[0]?.from, ranges.at(-1)?.to]).toEqual([instantAt(0), instantAt(100)]);
        for (const [index, { from }] of ranges.slice(1).entries()) expect(ranges[index]?.to).toBe(from);
      }),
      { numRuns: runs(300) },
    );
  });
});
