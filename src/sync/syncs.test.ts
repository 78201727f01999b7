import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heap, Things } from './incremental.fixture.ts';
import { lag, start, Story } from './story.fixture.ts';

/** Faults, and settings that change from sync to sync, for a listing that is sorted and one that is not. */
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

const scenario = fc.record({
  rows: fc.array(fc.record({ at: fc.nat(40_000), hiddenFor: fc.nat(lag) }), { maxLength: 60 }),
  ties: fc.constantFrom(1, 60, 3_600),
  pageSize: fc.integer({ min: 1, max: 5 }),
  syncs: fc.array(window, { maxLength: 5 }),
  seed: fc.nat(),
});

it.each([
  ['sorted', Things],
  ['in no order', Heap],
])(
  'a listing %s loses nothing to faults, kills, or settings that change between syncs',
  async (_name, Stream) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, ties, pageSize, syncs, seed }) => {
        const story = new Story(Stream, pageSize, seed);
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
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 1_500) },
    );
  },
  60_000,
);
