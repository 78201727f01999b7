import { afterEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, quickToken, sync, utc } from './connection.ts';
import { changedAt, doubtful, expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

const rules = ['honour', 'ignore', 'refuse'] as const;
type Rule = (typeof rules)[number];

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const start = async (filter: Rule, sort: Rule, options: SandboxOptions = {}) => {
  const all = (rule: Rule) => ({ bundle_selections: rule, credit_adjustments: rule });
  sandbox = await startSandbox({
    token: quickToken,
    timeFilters: all(filter),
    timeSorts: all(sort),
    size: { bundle_selections: 600, credit_adjustments: 600 },
    ...options,
  });
};
const z = (time: number) => utc(time).replace('+00:00', 'Z');
const warnings = (run: Run) => run.logs().filter((line) => line.startsWith('WARN'));
const asked = (stream: string, since = 0) =>
  sandbox.requests.slice(since).filter(({ path }) => path === `/${stream}`);

describe.each(rules)('where the API does this with both: %s', (rule) => {
  test.each(doubtful)('%s: whole at first, then what is new, and no more', async (stream) => {
    await start(rule, rule);
    const first = await sync(configFor(sandbox), { streams: [stream] });
    expectRows(first.records(stream), rowsOf(sandbox, stream));
    expect(asked(stream)).toHaveLength({ honour: 3, ignore: 3, refuse: 5 }[rule]);
    sandbox.update(stream, Number(rowsOf(sandbox, stream)[599]?.['id']));
    const since = sandbox.requests.length;
    const second = await sync(configFor(sandbox), { streams: [stream], state: first });
    const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= cursorOf(first, stream));
    expectRows(second.records(stream), due);
    expect(due.length).toBeLessThan(100);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(asked(stream, since)).toHaveLength({ honour: 1, ignore: 3, refuse: 5 }[rule]);
    for (const run of [first, second])
      expect(warnings(run)).toEqual(
        rule === 'refuse'
          ? [expect.stringMatching(`^WARN ${stream}: .*updated_at_min.*whole listing is read`)]
          : [],
      );
  });

  test.each(doubtful)('%s: nothing outside start_date and end_date', async (stream) => {
    await start(rule, rule);
    const times = rowsOf(sandbox, stream)
      .map(changedAt)
      .toSorted((a, b) => a - b);
    const [from = 0, to = 0] = [times[100], times[400]];
    const dates = { start_date: z(from), end_date: z(to), settling_minutes: 0 };
    const run = await sync(configFor(sandbox, dates), { streams: [stream] });
    const due = rowsOf(sandbox, stream).filter((row) => changedAt(row) >= from && changedAt(row) <= to);
    expectRows(run.records(stream), due);
    expect(cursorOf(run, stream)).toBe(to);
    if (rule === 'honour') expect(asked(stream).length).toBe(2);
  });
});

test('where only the order is refused, it is filtered all the same, with one WARN', async () => {
  await start('honour', 'refuse');
  const first = await sync(configFor(sandbox), { streams: ['credit_adjustments'] });
  expectRows(first.records('credit_adjustments'), rowsOf(sandbox, 'credit_adjustments'));
  const since = sandbox.requests.length;
  const second = await sync(configFor(sandbox), { streams: ['credit_adjustments'], state: first });
  expect(asked('credit_adjustments', since)).toHaveLength(2);
  for (const run of [first, second]) {
    expect(run.states('credit_adjustments')).toHaveLength(1);
    expect(warnings(run)).toEqual([expect.stringMatching(/^WARN credit_adjustments: .*does not sort/)]);
  }
});

describe.each<[Rule, Rule, number]>([
  ['honour', 'honour', 2],
  ['ignore', 'honour', 2],
  ['honour', 'ignore', 0],
  ['ignore', 'ignore', 0],
  ['refuse', 'refuse', 0],
])(
  'killed on its second page, with a filter it does this with: %s, and an order: %s',
  (filter, sort, saved) => {
    test('the states cover what was written and no more, and the next sync has the rest', async () => {
      await start(filter, sort, { latencyMs: ({ query }) => (query.has('cursor') ? 300 : 0) });
      const stream = 'credit_adjustments';
      let rows = 0;
      const killed = await sync(configFor(sandbox), {
        streams: [stream],
        cutShort: true,
        onLine: (line, child) => {
          if (line.startsWith('{"type":"RECORD"')) rows += 1;
          if (rows === 500 && (saved === 0 || line.startsWith('{"type":"STATE"'))) child.kill('SIGKILL');
        },
      });
      expect([killed.signal, killed.states(stream).length]).toEqual(['SIGKILL', saved]);
      sandbox.setLatency(0);
      const next = await sync(configFor(sandbox), { streams: [stream], state: killed });
      const both = [...killed.records(stream), ...next.records(stream)];
      expectRows([...new Map(both.map((row) => [row['id'], row])).values()], rowsOf(sandbox, stream));
      expect(next.records(stream).length).toBeLessThan(saved === 0 ? 601 : 250);
    });
  },
);

test.each(doubtful)('%s, too many for one request, come in parts of the time, in order', async (stream) => {
  await start('honour', 'honour', { heavyWindowRows: 300 });
  const run = await sync(configFor(sandbox), { streams: [stream], env: impatient });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  const ids = (rows: readonly Record<string, unknown>[]) => new Set(rows.map(({ id }) => id));
  expect(ids(run.records(stream))).toEqual(ids(rowsOf(sandbox, stream)));
});
