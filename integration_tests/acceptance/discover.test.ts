import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue, StreamDescription } from '../../src/airbyte/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { acceptanceStore } from './store.ts';

/** What the Connector Acceptance Tests asked of a catalog (T24 to T35), and the platform beside them (CATA-*). */
const store = await acceptanceStore();

const discover = (config: object = store.config) => runConnector(['discover'], { files: { config } });

/** The schema of a field path in a stream's schema. */
function fieldOf({ json_schema }: StreamDescription, path: readonly string[]): JsonObject | undefined {
  return path.reduce<JsonObject | undefined>(
    (schema, name) => (schema?.['properties'] as Record<string, JsonObject> | undefined)?.[name],
    json_schema,
  );
}

function* keywordsIn(value: JsonValue): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'properties') yield key;
    const within = key === 'properties' ? Object.values(inner as JsonObject) : [inner];
    for (const schema of within) yield* keywordsIn(schema as JsonValue);
  }
}

test('one catalog, each name once, to the byte the same each time [CATA-02, T24, T25]', async () => {
  const [first, second] = await Promise.all([discover(), discover()]);
  expect(first.of('CATALOG')).toHaveLength(1);
  const names = store.streams.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(first.stdout).toBe(second.stdout);
});

test('no request is made [CATA-11]', async () => {
  const before = store.sandbox.requests.length;
  const run = await discover({ ...store.config, access_token: 'sk_test_of_another_store' });
  expect(run.exitCode).toBe(0);
  expect(store.sandbox.requests).toHaveLength(before);
});

test('schemas of draft-07 without $ref, allOf or not [CATA-03, T26, T28, T29]', () => {
  const ajv = addFormats.default(new Ajv({ strict: false }));
  for (const { name, json_schema } of store.streams) {
    expect([name, ajv.validateSchema(json_schema)]).toEqual([name, true]);
    expect([name, json_schema['$schema'], json_schema['type']]).toEqual([
      name,
      'http://json-schema.org/draft-07/schema#',
      'object',
    ]);
    const keywords = new Set(keywordsIn(json_schema));
    expect([name, [...keywords].filter((word) => /^(\$ref|allOf|anyOf|oneOf|not)$/.test(word))]).toEqual([
      name,
      [],
    ]);
  }
});

test('additionalProperties is true wherever it is set [CATA-03, T32]', () => {
  for (const { name, json_schema } of store.streams) {
    const text = JSON.stringify(json_schema);
    expect([name, text.includes('"additionalProperties":false')]).toEqual([name, false]);
    expect([name, json_schema['additionalProperties']]).toEqual([name, true]);
  }
});

test('a cursor is a top-level time of the schema [CATA-07, T27]', () => {
  for (const stream of store.incremental) {
    const field = fieldOf(stream, stream.default_cursor_field ?? []);
    expect([stream.name, field?.['format']]).toEqual([stream.name, 'date-time']);
  }
});

test('every stream has a primary key, a scalar of its schema that is never null [CATA-07, T30, T35, T52]', () => {
  for (const stream of store.streams) {
    expect([stream.name, stream.source_defined_primary_key.length > 0]).toEqual([stream.name, true]);
    for (const path of stream.source_defined_primary_key)
      expect([stream.name, fieldOf(stream, path)?.['type']]).toEqual([
        stream.name,
        expect.stringMatching(/^(integer|string)$/),
      ]);
  }
});

test('every column has one type of the protocol, nullable but for the key [CATA-04, T34]', () => {
  const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
  for (const { name, json_schema, source_defined_primary_key } of store.streams) {
    const key = source_defined_primary_key.flat();
    const columns = Object.entries(json_schema['properties'] as Record<string, JsonObject>);
    for (const [column, { type }] of columns.filter(([field]) => !key.includes(field)))
      expect([name, column, type]).toEqual([name, column, ['null', expect.toBeOneOf(types)]]);
    for (const column of key)
      expect([name, column, fieldOf({ json_schema } as StreamDescription, [column])?.['type']]).toEqual([
        name,
        column,
        expect.toBeOneOf(types),
      ]);
  }
});

test('full_refresh first; what is incremental has its cursor and can be resumed [CATA-01, CATA-08, CATA-09, CATA-10, T31]', () => {
  expect(store.incremental.length).toBeGreaterThan(0);
  for (const stream of store.streams) {
    const incremental = stream.supported_sync_modes.includes('incremental');
    expect(stream).toMatchObject({
      supported_sync_modes: incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
      is_resumable: incremental,
    });
    expect(stream.source_defined_cursor ?? false).toBe(incremental);
    expect(stream).not.toHaveProperty('namespace');
  }
});
