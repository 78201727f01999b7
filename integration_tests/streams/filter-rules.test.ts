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

  test.each(streams)('%s: whole at first, then what is new, and no more', async (stream) => {
    const begin = sandbox.requests.length;
    const first = await sync(configFor(sandbox), { streams: [stream] });
    expectRows(first.records(stream), rowsOf(sandbox, stream));
    expect(asked(stream, begin)).toHaveLength({ honour: 3, ignore: 3, refuse: 4 }[rule]);
    sandbox.update(stream, Number(rowsOf(sandbox, stream)[599]?.['id']));
    const since = sandbox.requests.length;
    const second = await sync(configFor(sandbox), { streams: [stream], state: first });
    const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= cursorOf(first, stream));
    expectRows(second.records(stream), due);
    expect(due.length).toBeLessThan(100);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(asked(stream, since)).toHaveLength({ honour: 1, ignore: 3, refuse: 4 }[rule]);
    expect(asked(stream, begin).filter(({ query }) => query.includes('sort_by'))).toEqual([]);
    for (const run of [first, second]) {
      expect(run.states(stream)).toHaveLength(1);
      expect(run.warnings()).toEqual(
        rule === 'refuse'
          ? [expect.stringMatching(`^WARN ${stream}: .*updated_at_min.*whole listing is read`)]
          : [],
      );
    }
  });

  test.each(streams)('%s: nothing outside start_date and end_date', async (stream) => {
    const begin = sandbox.requests.length;
    const times = rowsOf(sandbox, stream)
      .map(changedAt)
      .toSorted((a, b) => a - b);
    const [from = 0, to = 0] = [times[100], times[400]];
    const dates = { start_date: z(from), end_date: z(to), settling_minutes: 0 };
    const run = await sync(configFor(sandbox, dates), { streams: [stream] });
    const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= from && changedAt(row) <= to);
    expectRows(run.records(stream), due);
    expect(cursorOf(run, stream)).toBe(to);
    if (rule === 'honour') expect(asked(stream, begin).length).toBe(2);
  });
});
