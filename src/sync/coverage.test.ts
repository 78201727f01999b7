import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonRanges, Coverage, holds, type TimeRange } from './coverage.ts';

const span = fc
  .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => ({ from, to: from + length }));

describe('Coverage', () => {
  it('closes a gap when its last part is added', () => {
    const coverage = new Coverage(10, [{ from: 20, to: 30 }]);
    coverage.add({ from: 10, to: 15 });
    expect([coverage.cursor, coverage.completedRanges]).toEqual([15, [{ from: 20, to: 30 }]]);
    coverage.add({ from: 15, to: 20 });
    expect([coverage.cursor, coverage.completedRanges]).toEqual([30, []]);
  });

  it('is exactly the instants that were added: cursor, what is beyond, and the gaps', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(span), fc.array(span), fc.nat(90), (cursor, beyond, added, from) => {
        const coverage = new Coverage(cursor, beyond);
        for (const one of added) coverage.add(one);
        const read = (t: number) => t < cursor || [...beyond, ...added].some((s) => s.from <= t && t < s.to);
        const inGaps = (t: number) => coverage.gaps(from, 100).some((gap) => gap.from <= t && t < gap.to);
        const inBeyond = (t: number) => coverage.completedRanges.some((s) => s.from <= t && t < s.to);
        for (let t = 0; t < 100; t++) {
          expect(t < coverage.cursor || inBeyond(t)).toBe(read(t));
          // Before the cursor everything from `from` on is read again; beyond it only what is missing.
          expect(inGaps(t)).toBe(t >= from && !inBeyond(t));
        }
      }),
    );
  });

  it('never moves back', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(span), (cursor, added) => {
        const coverage = new Coverage(cursor);
        for (const one of added) {
          const before = coverage.cursor;
          coverage.add(one);
          expect(coverage.cursor).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});

it('cuts what several streams lack so that each stretch is wholly in or wholly out of each, and misses none', () => {
  const gaps = fc
    .uniqueArray(fc.nat(30), { maxLength: 8 })
    .map((ends) => ends.toSorted((a, b) => a - b))
    .map((ends) =>
      ends.flatMap((from, index): TimeRange[] =>
        index % 2 === 0 ? [{ from, to: ends[index + 1] ?? 99 }] : [],
      ),
    );
  fc.assert(
    fc.property(fc.array(gaps, { minLength: 1, maxLength: 4 }), (all) => {
      const stretches = commonRanges(all);
      for (let instant = 0; instant < 32; instant++) {
        const within = stretches.filter((stretch) => holds([stretch], instant));
        expect(within).toHaveLength(all.some((one) => holds(one, instant)) ? 1 : 0);
        for (const one of all)
          for (const { from } of within) expect(holds(one, from)).toBe(holds(one, instant));
      }
    }),
  );
});
