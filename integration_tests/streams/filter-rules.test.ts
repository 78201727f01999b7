import { describe, expect, test } from 'vitest';
import { configFor, cursorOf, sharedStore, sync, utc } from './connection.ts';
import { changedAt, expectRows, rowsOf } from './expectations.ts';

/**
 * Streams of which nobody knows for sure whether the API filters them by time (docs/recharge-api.md#filters).
 */
const streams = ['bundle_selections', 'credit_adjustments'] as const;
const rules = ['honour', 'ignore', 'refuse'] as const;

const z = (time: number) => utc(time).replace('+00:00', 'Z');

describe.each(rules)('where the API does this with the filter: %s', async (rule) => {
  const sandbox = await sharedStore({
    timeFilters: { bundle_selections: rule, credit_adjustments: rule },
    size: { bundle_selections: 600, credit_adjustments: 600 },
  });
  const asked = (stream: string, since: number) =>
    sandbox.requests.slice(since).filter(({ path }) => path === `/${stream}`);

  test('whole at first, then what is new, and no more', async () => {
    const first = await sync(configFor(sandbox), { streams });
    const since = sandbox.requests.length;
    for (const stream of streams) {
      expectRows(first.records(stream), rowsOf(sandbox, stream));
      expect([stream, asked(stream, 0).length]).toEqual([stream, { honour: 3, ignore: 3, refuse: 4 }[rule]]);
      sandbox.update(stream, Number(rowsOf(sandbox, stream)[599]?.['id']));
    }
    const second = await sync(configFor(sandbox), { streams, state: first });
    for (const run of [first, second])
      expect([run.exitCode, run.warnings().length]).toEqual([0, rule === 'refuse' ? streams.length : 0]);
    for (const stream of streams) {
      const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= cursorOf(first, stream));
      expectRows(second.records(stream), due);
      expect(due.length).toBeLessThan(100);
      expect([stream, asked(stream, since).length]).toEqual([
        stream,
        { honour: 1, ignore: 3, refuse: 4 }[rule],
      ]);
      expect(asked(stream, 0).filter(({ query }) => query.includes('sort_by'))).toEqual([]);
      const refusal = expect.stringMatching(`^WARN ${stream}: .*updated_at_min.*whole listing is read`);
      for (const run of [first, second]) {
        expect(run.states(stream)).toHaveLength(1);
        expect(run.warnings().filter((line) => line.includes(stream))).toEqual(
          rule === 'refuse' ? [refusal] : [],
        );
      }
    }
  });

  test('nothing outside start_date and end_date', async () => {
    const begin = sandbox.requests.length;
    const times = streams
      .flatMap((stream) => rowsOf(sandbox, stream))
      .map(changedAt)
      .toSorted((a, b) => a - b);
    const [from = 0, to = 0] = [times[500], times[800]];
    const dates = { start_date: z(from), end_date: z(to), settling_minutes: 0 };
    const run = await sync(configFor(sandbox, dates), { streams });
    for (const stream of streams) {
      const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= from && changedAt(row) <= to);
      expectRows(run.records(stream), due);
      expect(due.length).toBeGreaterThan(50);
      expect(cursorOf(run, stream)).toBe(Math.max(...due.map(changedAt)));
      if (rule === 'honour') expect(asked(stream, begin).length).toBeLessThan(3);
    }
  });
});
