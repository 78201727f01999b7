import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  unsortedThings,
  timePagedThings,
  numberedThings,
  filteredThings,
  sortedThings,
} from './incremental.fixture.ts';
import { type Kind, lag, start, Story } from './story.fixture.ts';
import { type Answers, byCursor, byLink, refusing, without } from './table.fixture.ts';

/** Faults, and settings that change from sync to sync, for each kind of listing. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const window = fc.record({
  lookback: fc.constantFrom(0, 0, 600, 100_000),
  end: fc.option(fc.nat(60_000)),
  settling: fc.constantFrom(lag, lag, 2 * lag, 20 * lag),
  killAfter: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 12 })),
});

/** More in a second than a page holds, and in the next one too. */
const dense = fc.integer({ min: 30_000, max: 30_002 });

const scenario = fc.record({
  rows: fc.array(fc.record({ at: fc.oneof(fc.nat(40_000), dense), hiddenFor: fc.nat(lag) }), {
    maxLength: 60,
  }),
  ties: fc.constantFrom(1, 60, 3_600),
  pageSize: fc.integer({ min: 1, max: 5 }),
  syncs: fc.array(window, { maxLength: 5 }),
  seed: fc.nat(),
});

const inNewYork: Answers = (table, query) => {
  const { next_cursor = null } = byCursor(table, query).body;
  return { body: { ...byLink('none')(table, query).body, next_cursor }, link: undefined };
};
const filter = ['updated_at_min', 'updated_at_max'];

it.each<[string, Kind]>([
  ['sorted', { streamOf: sortedThings, answers: byCursor }],
  ['in no order', { streamOf: unsortedThings, answers: byCursor }],
  ['filtered, in no order', { streamOf: filteredThings, answers: byCursor }],
  ['filtered, its times without zone', { streamOf: filteredThings, answers: inNewYork }],
  ['whose filter is ignored', { streamOf: filteredThings, answers: without(filter, byCursor) }],
  ['whose filter is refused', { streamOf: filteredThings, answers: refusing(filter, byCursor) }],
  ['in pages by link', { streamOf: numberedThings, answers: byLink('cursor') }],
  // A row that is deleted lets another slip back over a border, unseen (docs/recharge.md, Products).
  ['in pages by number', { streamOf: numberedThings, answers: byLink('none'), deletes: false }],
  ['in pages by linked numbers', { streamOf: numberedThings, answers: byLink('page'), deletes: false }],
  ['paged by time, with links', { streamOf: timePagedThings, answers: byLink('cursor') }],
  ['paged by time, with linked numbers', { streamOf: timePagedThings, answers: byLink('page') }],
  ['paged by time, without links', { streamOf: timePagedThings, answers: byLink('none') }],
])(
  'a listing %s loses nothing to faults, kills, or settings that change between syncs',
  async (_name, kind) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, ties, pageSize, syncs, seed }) => {
        const story = new Story(kind, pageSize, seed);
        rows.forEach(({ at, hiddenFor }, id) => story.table.write(id, start + at - (at % ties), hiddenFor));
        for (const { lookback, end, settling, killAfter } of syncs) {
          const limits = { start: start * 1000, lookback: lookback * 1000, settling: settling * 1000 };
          await story.sync(
            { ...limits, ...(end !== null && { end: (start + end) * 1000 + 999 }) },
            true,
            killAfter,
          );
        }
        story.table.now += lag + 1;
        const last = { start: start * 1000, lookback: 0, settling: lag * 1000 };
        expect(await story.sync(last, false, Number.POSITIVE_INFINITY)).toBe(true);
        const newest = story.table.newest();
        // What was deleted may still be held.
        expect(new Map([...newest.keys()].map((id) => [id, story.held.get(id)]))).toEqual(newest);
      }),
      { numRuns: runs(100) },
    );
  },
  60_000,
);
