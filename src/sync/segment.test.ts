import { describe, expect, it } from 'vitest';
import type { Page } from '../recharge/pages.ts';
import type { Instant } from './instant.ts';
import { Segment, type SegmentOptions } from './segment.ts';

const minute = 60_000;
const hour = 60 * minute;
const settling = 30 * minute;
const noon = Date.parse('2024-05-01T12:00:00Z');

function segmentOf(options: Partial<SegmentOptions> = {}): Segment {
  return new Segment({
    span: { from: noon - 10 * hour, to: noon },
    last: false,
    settling,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
    ...options,
  });
}

const page = (askedAt: number, ...instants: number[]): Page => ({
  rows: instants.map((at) => ({ at })),
  askedAt,
  limit: 250,
});
const ids = (rows: Iterable<object>) => Array.from(rows, (row) => (row as { at: number }).at);

describe('a segment behind which another lies', () => {
  it('is read to its end when its listing is, rows or none', () => {
    const segment = segmentOf();
    segment.take(page(noon + hour, noon - 9 * hour));
    expect(segment.finish()).toEqual({ from: noon - 9 * hour, to: noon });
    const empty = segmentOf();
    empty.take(page(noon + hour));
    expect(empty.finish()).toEqual({ from: noon - 10 * hour, to: noon });
  });

  it('is not read at all without a page', () => {
    expect(segmentOf().finish()).toEqual({ from: noon - 10 * hour, to: noon - 10 * hour });
  });

  it('is not read beyond what may have been hidden from its latest page', () => {
    const segment = segmentOf();
    segment.take(page(noon, noon - 9 * hour));
    expect(segment.finish()).toEqual({ from: noon - 9 * hour, to: noon - settling });
  });

  it('nor beyond what was hidden from a page that reached into it, however late the next one comes', () => {
    const segment = segmentOf();
    segment.take(page(noon, noon - minute));
    segment.take(page(noon + 5 * hour, noon - minute));
    expect(segment.finish()).toEqual({ from: noon - settling, to: noon - settling });
  });

  it('stops at the first page that reaches its end, and leaves that to the other', () => {
    const segment = segmentOf();
    expect(segment.take(page(noon + hour, noon - 2 * hour, noon - hour)).span.to).toBe(noon - hour);
    expect(segment.finished).toBe(false);
    const part = segment.take(page(noon + hour, noon - 1_000, noon, noon + 1_000));
    expect(ids(part.rows)).toEqual([noon - 1_000]);
    expect(part.span).toEqual({ from: noon - hour, to: noon });
    expect(segment.finished).toBe(true);
  });

  it('a page that reaches its end too early to be settled does not count for all of it', () => {
    const segment = segmentOf();
    const part = segment.take(page(noon + minute, noon - hour, noon));
    expect(part.span).toEqual({ from: noon - 10 * hour, to: noon + minute - settling });
  });

  it('goes on past rows out of order, leaves those behind its end to the other, and says it once', () => {
    let said = 0;
    const segment = segmentOf({ onDisorder: () => said++ });
    const part = segment.take(page(noon + hour, noon, noon - 2 * hour));
    expect(ids(part.rows)).toEqual([noon - 2 * hour]);
    expect([part.span.from, part.span.to]).toEqual([noon - 10 * hour, noon - 10 * hour]);
    segment.take(page(noon + hour, noon - 3 * hour));
    expect([said, segment.finished]).toEqual([1, false]);
    expect(segment.finish().to).toBe(noon);
  });
});

describe('the rows of a page', () => {
  it('without a time go with those that have one', () => {
    const segment = segmentOf();
    const all = [{ at: noon - 2 * hour }, {}, { at: noon }];
    const { rows } = segment.take({ ...page(noon + hour), rows: all });
    expect([rows.length, ...rows]).toEqual([2, ...all.slice(0, 2)]);
  });

  it('are read in the light of the row before, on the page before if need be', () => {
    const before: Instant[] = [];
    const segment = segmentOf({
      cursorOf: (row, notBefore) => {
        before.push(notBefore);
        return row['at'] as number | undefined;
      },
    });
    // The last is so young that the cursor does not go as far.
    segment.take({ ...page(noon), rows: [{ at: noon - 2 * hour }, {}, { at: noon - minute }] });
    segment.take(page(noon, noon - minute));
    expect(before).toEqual([noon - 10 * hour, noon - 2 * hour, noon - 2 * hour, noon - minute]);
  });

  it('show from where to where they lie; without a time, where the chain has come to', () => {
    const segment = segmentOf();
    segment.take({ ...page(noon), rows: [{}, { at: noon - 3 * hour }, { at: noon - 2 * hour }, {}] });
    expect(segment.latest).toEqual({ from: noon - 3 * hour, to: noon - 2 * hour });
    segment.take({ ...page(noon), rows: [{}] });
    expect(segment.latest).toEqual({ from: noon - 2 * hour, to: noon - 2 * hour });
  });
});

describe('the last segment', () => {
  it('ends at its last row before end_date, whatever comes behind', () => {
    const segment = segmentOf({ last: true });
    const part = segment.take(page(noon + hour, noon - 3 * hour, noon - 2 * hour, noon, noon + minute));
    expect([part.rows.length, part.span.to]).toEqual([2, noon - 2 * hour]);
    expect(segment.finished).toBe(true);
    const next = segmentOf({ last: true });
    next.take(page(noon + hour, noon - 3 * hour));
    expect(next.take(page(noon + hour, noon)).span.to).toBe(noon - 3 * hour);
  });

  it('is read as far as its rows go once its listing is at its end, be they out of order', () => {
    const segment = segmentOf({ last: true });
    segment.take(page(noon + hour, noon - 2 * hour, noon - 3 * hour));
    expect(segment.finish()).toEqual({ from: noon - 10 * hour, to: noon - 2 * hour });
  });

  it('ends at its last row, wherever its span ends', () => {
    const segment = segmentOf({ last: true, span: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    segment.take(page(noon + hour, noon - 2 * hour));
    expect(segment.finish()).toEqual({ from: noon - 2 * hour, to: noon - 2 * hour });
  });

  it('never passes what may be hidden', () => {
    const segment = segmentOf({ last: true, span: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    expect(segment.take(page(noon, noon - minute)).span.to).toBe(noon - settling);
    expect(segment.finish().to).toBe(noon - settling);
  });
});

describe('splitting', () => {
  it('gives nothing away that may still be hidden', () => {
    const segment = segmentOf({ last: true, span: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    segment.take(page(noon, noon - 8 * hour));
    expect(segment.divisible(noon)).toEqual({ from: noon - 8 * hour, to: noon - settling });
    const given = segment.splitAt([noon - 6 * hour, noon - 3 * hour]);
    expect(given).toHaveLength(2);
    for (const { span } of given) expect(span.from).toBeLessThan(noon - settling);
    expect(given.at(-1)?.span.to).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives nothing away that has been read, or may be on the next page', () => {
    const segment = segmentOf();
    segment.take(page(noon, noon - minute));
    expect(segment.divisible(noon)).toEqual({ from: noon - minute, to: noon - minute });
    expect(segment.splitAt([noon - hour, noon - minute])).toEqual([]);
    segment.finish();
    const { from, to } = segment.divisible(noon + 10 * hour);
    expect(to).toBe(from);
  });

  it('cuts before its end, and in no second twice', () => {
    const segment = segmentOf();
    expect(segment.divisible(noon + hour)).toEqual({ from: noon - 10 * hour, to: noon });
    const given = segment.splitAt([noon - 6 * hour, noon - 6 * hour + 400, noon, noon + hour]);
    expect(given.map(({ span }) => span)).toEqual([{ from: noon - 6 * hour, to: noon }]);
  });

  it('leaves no gap: each begins where the one before ends', () => {
    const segment = segmentOf();
    segment.take(page(noon + hour, noon - 8 * hour));
    const given = segment.splitAt([noon - 6 * hour, noon - 4 * hour + 400, noon - 2 * hour]);
    expect(given).toHaveLength(3);
    const spans = [segment.span, ...given.map(({ span }) => span)];
    for (const [index, { to }] of spans.slice(0, -1).entries()) expect(spans[index + 1]?.from).toBe(to);
    expect([spans[0]?.from, spans.at(-1)?.to]).toEqual([noon - 10 * hour, noon]);
  });

  it('gives nothing where everything left is too young, or shorter than a second', () => {
    const young = segmentOf({ span: { from: noon - settling, to: Number.POSITIVE_INFINITY }, last: true });
    expect(young.divisible(noon)).toEqual({ from: noon - settling, to: noon - settling });
    const short = segmentOf({ span: { from: noon - hour, to: noon - hour + 1_000 } });
    expect(short.splitAt([noon - hour + 500])).toEqual([]);
    // It is the last one still.
    expect(young.splitAt([])).toEqual([]);
    young.take(page(noon + hour, noon - minute));
    expect(young.finish().to).toBe(noon - minute);
  });

  it('takes the end away from the first: it is not the last any more', () => {
    const segment = segmentOf({ last: true, span: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    segment.take(page(noon + hour, noon - 8 * hour));
    const [given] = segment.splitAt([noon - 4 * hour]);
    expect(segment.take(page(noon + hour, noon - 5 * hour)).span.to).toBe(noon - 5 * hour);
    expect(segment.finish().to).toBe(given?.span.from);
    given?.take(page(noon + hour, noon - hour));
    expect(given?.finish().to).toBe(noon - hour);
  });

  it('makes only the last of those given away the last', () => {
    const segment = segmentOf({ last: true, span: { from: noon - 10 * hour, to: Number.POSITIVE_INFINITY } });
    segment.take(page(noon + hour, noon - 8 * hour));
    const [middle, last] = segment.splitAt([noon - 5 * hour, noon - 3 * hour]);
    middle?.take(page(noon + hour, (middle.span.from ?? 0) + 1_000));
    last?.take(page(noon + hour, (last.span.from ?? 0) + 1_000));
    expect(middle?.finish().to).toBe(last?.span.from);
    expect(last?.finish().to).toBe((last?.span.from ?? 0) + 1_000);
  });
});
