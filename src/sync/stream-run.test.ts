import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import { integer, primaryKey, schema, type SyncMode, timestamp, ChangeReport } from '../airbyte/index.ts';
import { silentLog } from '../airbyte/testing/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { StreamRun } from './stream-run.ts';

/** A run of a stream that has a row for each of a record's ids, and what it tells. */
function runOf({ saved, syncMode = 'incremental' }: { saved?: string; syncMode?: SyncMode }) {
  const keyless: string[] = [];
  const warnings: string[] = [];
  const stream = {
    name: 'things',
    schema: schema({ id: primaryKey(integer), updated_at: timestamp }),
    cursorField: 'updated_at',
    extractRecords: ({ ids, updated_at }: ApiObject) =>
      (ids as (number | null | string)[]).map((id) => ({ id, updated_at: updated_at as string })),
  };
  const run = new StreamRun(stream, {
    syncMode,
    log: { ...silentLog, warn: (line) => warnings.push(line) },
    onRateLimited: () => {},
    onKeylessRow: (place) => keyless.push(place),
    changes: new ChangeReport(() => {}),
    ...(saved !== undefined && { state: { updated_at: saved } }),
  });
  return { run, keyless, warnings };
}

const at = (day: number) => `2024-05-0${day}T00:00:00+00:00`;

test('whatever rows have no key, all others come once and in order, and each of these is told with its place', () => {
  const ids = fc.array(fc.oneof(fc.nat(), fc.constantFrom(null, 'x')), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.array(ids, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (pages) => {
      const { run, keyless } = runOf({});
      const rows = pages.flatMap((page) => [
        ...run.batch(page.map((some) => ({ ids: some, updated_at: at(1) }))).rows,
      ]);
      expect(rows.map(({ data }) => data['id'])).toEqual(pages.flat(2).filter(Number.isInteger));
      const places = pages.flatMap((page, number) =>
        page.flatMap((some, index) =>
          some
            .filter((id) => !Number.isInteger(id))
            .map(() => `page ${number + 1}, index ${index} (updated_at ${at(1)})`),
        ),
      );
      expect(keyless).toEqual(places);
    }),
    { numRuns: runs(100) },
  );
});

test('a batch of no records is no page, and what is no time is not said', () => {
  const { run, keyless } = runOf({});
  for (const records of [[], [{ ids: [null], updated_at: 'secret' }]]) Array.from(run.batch(records).rows);
  expect(keyless).toEqual(['page 1, index 0']);
});

test.each<[what: string, day: number, syncMode: SyncMode, told: number]>([
  ['at the saved cursor', 2, 'incremental', 0],
  ['before it', 1, 'incremental', 0],
  ['after it', 3, 'incremental', 1],
  ['at that of a full refresh', 2, 'full_refresh', 1],
])('a row without a key %s', (_what, day, syncMode, told) => {
  const { run, keyless, warnings } = runOf({ saved: at(2), syncMode });
  expect(Array.from(run.batch([{ ids: [null, null], updated_at: at(day) }]).rows)).toEqual([]);
  expect(keyless).toHaveLength(2 * told);
  expect(warnings).toHaveLength(1 - told);
});
