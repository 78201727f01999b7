import { expect, test } from 'vitest';
import { defineStream } from './define-stream.ts';
import type { JsonObject } from './json.ts';
import { integer, primaryKey, schema, text } from './schema.ts';
import { StreamMetrics } from './stream-metrics.ts';
import type { Batch, Stream } from './source.ts';
import { ChangeReport } from './change-report.ts';
import { silentLog } from './testing/silent-log.ts';

const things = (...pages: JsonObject[][]) =>
  defineStream({
    name: 'things',
    schema: schema({ id: primaryKey(integer), name: text }),
    primaryKey: ['id'],
    cursorField: 'id',
    async *read({ state }) {
      for (const records of pages) yield { records, state: { page: records.length, ...state } };
    },
  });

/** What the stream yields, its rows as a list. */
async function read(
  stream: Stream,
  state?: JsonObject,
): Promise<{ batches: unknown[]; warnings: string[]; keyless: string[] }> {
  const warnings: string[] = [];
  const keyless: string[] = [];
  const log = { ...silentLog, warn: (line: string) => warnings.push(line) };
  const opened = stream.open({
    syncMode: 'incremental',
    state,
    log,
    onRateLimited: () => {},
    onKeylessRow: (place) => keyless.push(place),
    changes: new ChangeReport(log.warn),
  });
  const batches: unknown[] = [];
  const { signal } = new AbortController();
  for await (const batch of stream.reader.read([opened], { log, signal, metrics: new StreamMetrics() }))
    batches.push({ ...batch, rows: [...batch.rows] });
  return { batches, warnings, keyless };
}

test('describes a stream with a cursor as incremental, and one without as full refresh', () => {
  expect(things().describe()).toMatchObject({
    name: 'things',
    json_schema: { properties: { id: { type: 'integer' } } },
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_cursor: true,
    default_cursor_field: ['id'],
    source_defined_primary_key: [['id']],
    is_resumable: true,
  });
  const list = defineStream({ name: 'list', schema: schema({}), primaryKey: [], async *read() {} });
  const description = list.describe();
  expect(description).toMatchObject({ supported_sync_modes: ['full_refresh'], is_resumable: false });
  expect(description).not.toHaveProperty('default_cursor_field');
});

test('fits every record to the schema and passes the state on', async () => {
  const { batches } = await read(things([{ id: 1, name: 'a\0b' }], []), { after: 7 });
  const changes = [{ field: 'name', change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' }];
  expect(batches).toEqual([
    { stream: 'things', rows: [{ data: { id: 1, name: 'ab' }, changes }], state: { page: 1, after: 7 } },
    { stream: 'things', rows: [], state: { page: 0, after: 7 } },
  ]);
});

test('loses no field that the schema does not declare, and names it once', async () => {
  const record = (id: number) => ({ id, extra: `value ${id}` });
  const { batches, warnings } = await read(things([record(1), record(2)], [record(3)]));
  for (const id of [1, 2, 3]) expect(JSON.stringify(batches)).toContain(`value ${id}`);
  expect(warnings.filter((line) => line.includes('extra'))).toHaveLength(1);
  expect(warnings.join()).not.toContain('value 1');
});

test('a record without its key is left out and told of, and the others go on', async () => {
  const { batches, keyless } = await read(things([{ id: 1 }], [{ id: 2 }, { name: 'secret' }, { id: 3 }]));
  expect(keyless).toEqual(['page 2, index 1']);
  const row = (id: number) => ({ data: { id }, changes: [] });
  expect(batches).toMatchObject([{ rows: [row(1)] }, { rows: [row(2), row(3)] }]);
});

test('a stream whose reader needs another type than the source opens does not compile', () => {
  const numbers: Stream<number> = {
    name: 'numbers',
    describe: things().describe,
    open: () => 1,
    reader: {
      async *read(opened) {
        yield { stream: 'numbers', rows: opened.map((id) => ({ data: { id } })) } satisfies Batch;
      },
    },
  };
  // @ts-expect-error The reader takes numbers alone.
  const unknowns: Stream<unknown> = numbers;
  // @ts-expect-error The reader would be given requests.
  const requests: Stream = numbers;
  expect([unknowns, requests]).toEqual([numbers, numbers]);
});
