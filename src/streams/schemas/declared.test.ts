import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isRawJSON, type JsonObject, type JsonValue } from '../../airbyte/index.ts';
import { streams } from './all.fixture.ts';

interface Node {
  readonly path: string;
  readonly schema: JsonObject;
}

/** Every column of a schema, at every level. */
function* columns(schema: JsonObject, path = ''): Generator<Node> {
  for (const [name, inner] of Object.entries(asObject(schema['properties'] ?? {}))) {
    yield { path: `${path}${name}`, schema: asObject(inner) };
    yield* columns(asObject(inner), `${path}${name}.`);
  }
  if (schema['items'] !== undefined) {
    yield { path: `${path}[]`, schema: asObject(schema['items']) };
    yield* columns(asObject(schema['items']), `${path}[].`);
  }
}

function asObject(value: JsonValue): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawJSON(value)) {
    throw new TypeError('no object');
  }
  return value;
}

/** All that a column may say of itself: one type beside null (CATA-04), times with or without zone (CATA-05). */
const faces = [
  { type: ['null', 'string'] },
  { type: ['null', 'string'], format: 'date' },
  { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
  { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
  { type: ['null', 'integer'] },
  { type: ['null', 'number'] },
  { type: ['null', 'boolean'] },
  { type: ['null', 'array'] },
  { type: ['null', 'object'], additionalProperties: true },
];

function face({ items: _items, properties: _properties, ...rest }: JsonObject): JsonObject {
  return rest;
}

describe.each(streams)('$name', ({ schema, key, cursor }) => {
  const declared = schema.jsonSchema();
  const all = [...columns(declared)];
  const top = asObject(declared['properties'] ?? {});

  test('is draft-07, open and with properties [CATA-03]', () => {
    expect(face(declared)).toEqual({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: true,
    });
    expect(Object.keys(top)).not.toEqual([]);
  });

  test('says of every column but the key’s its one type, and nothing else', () => {
    for (const { path, schema: column } of all) {
      if (key.includes(path)) continue;
      expect({ path, known: faces.some((known) => isDeepStrictEqual(known, face(column))) }).toEqual({
        path,
        known: true,
      });
    }
  });

  test('has a key that is a number or a text, never null [CATA-04, CATA-07]', () => {
    for (const field of key) expect([{ type: 'integer' }, { type: 'string' }]).toContainEqual(top[field]);
  });

  test('has the cursor it is read by, a time [CATA-07]', () => {
    const times = Object.keys(top).filter((name) => asObject(top[name] ?? null)['format'] === 'date-time');
    expect(cursor === undefined || times.includes(cursor)).toBe(true);
  });
});
