import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { runs } from '../random.fixture.ts';
import { StreamMetrics } from './stream-metrics.ts';

afterEach(() => vi.useRealTimers());

const causes = ['limit', 'api', 'destination'] as const;

test('whatever is waited for side by side, each moment counts once, for the first of the causes', () => {
  const waits = fc.array(
    fc.record({
      cause: fc.constantFrom(...causes),
      from: fc.nat(100),
      lasts: fc.nat(50),
      endsTwice: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(waits, (all) => {
      vi.useFakeTimers({ toFake: ['performance'] });
      const metrics = new StreamMetrics();
      const open = new Map<number, () => void>();
      const expected = { limit: 0, api: 0, destination: 0 };
      for (let now = 0; now <= 150; now += 1) {
        for (const [index, { cause, from, lasts, endsTwice }] of all.entries()) {
          if (now === from) open.set(index, metrics.wait(cause));
          if (now === from + lasts) open.get(index)?.();
          if (now === from + lasts + 1 && endsTwice) open.get(index)?.();
        }
        const first = causes.find((one) =>
          all.some(({ cause, from, lasts }) => cause === one && from <= now && now < from + lasts),
        );
        if (first !== undefined) expected[first] += 1;
        vi.advanceTimersByTime(1);
      }
      const { limit, api, destination } = metrics.counts;
      expect({ limit, api, destination }).toEqual(expected);
    }),
    { numRuns: runs(100) },
  );
});
