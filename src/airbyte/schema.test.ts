import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import {
  anyObject,
  boolean,
  booleanOrBit,
  date,
  integer,
  integerOrText,
  list,
  listOrText,
  naiveTimestamp,
  number,
  object,
  primaryKey,
  schema,
  text,
  textOrAnything,
  textOrNumber,
  timestamp,
} from './schema.ts';

const order = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  note: text,
  line_items: list(
    object({ quantity: integer, tax_lines: listOrText(object({ rate: textOrNumber })), due: date }),
  ),
  customer: object({ email: text }),
});

function fit(json: string): { record: unknown; changes: readonly unknown[]; unknown: string[] } {
  const record = parseLossless(json) as JsonObject;
  const unknown = new Set<string>();
  const changes = order.fit(record, unknown);
  return { record: JSON.parse(JSON.stringify(record)), changes, unknown: [...unknown] };
}

describe('jsonSchema', () => {
  test('is draft-07, open at every level and nullable but for the key', () => {
    expect(
      schema({ id: primaryKey(integer), at: timestamp, in: list(object({ day: date })) }).jsonSchema(),
    ).toEqual({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: true,
      properties: {
        id: { type: 'integer' },
        at: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
        in: {
          type: ['null', 'array'],
          items: {
            type: ['null', 'object'],
            additionalProperties: true,
            properties: { day: { type: ['null', 'string'], format: 'date' } },
          },
        },
      },
    });
  });

  test('is the caller’s own', () => {
    const mine = order.jsonSchema();
    (mine['properties'] as JsonObject)['id'] = { type: 'string' };
    expect(order.jsonSchema()).not.toEqual(mine);
  });
});

describe('fit', () => {
  const clean =
    '{"id":1,"note":null,"line_items":[{"quantity":2,"tax_lines":[]},null],"customer":null,"created_at":null}';

  test('leaves a record that fits as it is', () => {
    expect(fit(clean)).toEqual({ record: JSON.parse(clean), changes: [], unknown: [] });
  });

  test('names each changed field once, without indexes', () => {
    const sent =
      '{"id":1,"note":"a\\u0000","line_items":[{"quantity":1.5,"due":""},{"quantity":"x"},"none",{"quantity":3}],"customer":[]}';
    expect(fit(sent)).toEqual({
      record: {
        id: 1,
        note: 'a',
        line_items: [{ quantity: null, due: null }, { quantity: null }, null, { quantity: 3 }],
        customer: null,
      },
      changes: [
        { field: 'note', change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' },
        { field: 'line_items.quantity', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
        { field: 'line_items.due', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
        { field: 'line_items', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
        { field: 'customer', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
      ],
      unknown: [],
    });
  });

  test('gives one shared list when nothing changed', () => {
    expect(order.fit({ id: 1 }, new Set())).toBe(order.fit({ id: 2 }, new Set()));
  });

  test('lets unknown fields out as they came and names them', () => {
    const sent =
      '{"id":1,"extra":{"a":[1]},"constructor":1,"line_items":[{"sku":"x"},{"sku":null}],"customer":{"hash":""}}';
    expect(fit(sent)).toEqual({
      record: JSON.parse(sent),
      changes: [],
      unknown: ['extra', 'constructor', 'line_items.sku', 'customer.hash'],
    });
  });

  test('takes NUL out of an unknown field too', () => {
    expect(fit('{"id":1,"extra":{"a":"x\\u0000"}}')).toEqual({
      record: { id: 1, extra: { a: 'x' } },
      changes: [{ field: 'extra', change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' }],
      unknown: ['extra'],
    });
  });

  const truncatedAt = (field: string) => ({
    field,
    change: 'TRUNCATED',
    reason: 'SOURCE_SERIALIZATION_ERROR',
  });

  test('takes NUL out of names at every level, and out of the paths that tell of them', () => {
    const sent =
      '{"id":1,"\\u0000extra":{"a\\u0000":1},"line_items":[{"sku\\u0000":"x"}],"customer":{"ha\\u0000sh":[]}}';
    expect(fit(sent)).toEqual({
      record: { id: 1, extra: { a: 1 }, line_items: [{ sku: 'x' }], customer: { hash: [] } },
      changes: ['extra', 'line_items.sku', 'customer.hash'].map(truncatedAt),
      unknown: ['extra', 'line_items.sku', 'customer.hash'],
    });
  });

  test('gives a name that NUL alone told from another, or from a column, one of its own', () => {
    const sent =
      '{"id":1,"i\\u0000d":{"a":1},"note\\u0000":5,"extra":1,"extra\\u0000":2,"\\u0000extra":3,"__proto__\\u0000":{"b":1},"\\u0000":4}';
    expect(fit(sent)).toEqual({
      record: { id: 1, id_: { a: 1 }, note_: 5, extra: 1, extra_: 2, extra__: 3, __proto___: { b: 1 }, _: 4 },
      changes: ['id_', 'note_', 'extra_', 'extra__', '__proto___', '_'].map(truncatedAt),
      unknown: ['id_', 'note_', 'extra', 'extra_', 'extra__', '__proto___', '_'],
    });
  });

  test('reads a list that came as text, and fits its items', () => {
    const lines = [
      ['"[]"', []],
      ['"[{\\"rate\\":0.0750}]"', [{ rate: '0.0750' }]],
      ['[{"rate":"0.1"}]', [{ rate: '0.1' }]],
    ] as const;
    for (const [sent, read] of lines) {
      expect(fit(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toEqual({
        record: { id: 1, line_items: [{ tax_lines: read }] },
        changes: [],
        unknown: [],
      });
    }
  });

  test.each(['"none"', '""', '"{}"', '"5"', '{}', '5'])('nulls %s where a list is due', (sent) => {
    expect(fit(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toMatchObject({
      record: { line_items: [{ tax_lines: null }] },
      changes: [{ field: 'line_items.tax_lines', change: 'NULLED' }],
    });
  });

  test('gives an integer key whatever size it has', () => {
    const record = parseLossless('{"id":9007199254740993}') as JsonObject;
    order.fit(record, new Set());
    expect(JSON.stringify(record)).toBe('{"id":9007199254740993}');
  });

  test.each(['{}', '{"id":null}', '{"id":"1"}', '{"id":1.5}', '{"id":{"secret":1}}'])(
    'stops at the key of %s',
    (sent) => {
      const act = () => fit(sent);
      expect(act).toThrow(/field "id"/);
      expect(act).not.toThrow(/secret/);
    },
  );
});

const plain = {
  anyObject,
  boolean,
  booleanOrBit,
  date,
  integer,
  integerOrText,
  naiveTimestamp,
  number,
  text,
  textOrAnything,
  textOrNumber,
  timestamp,
};
const every = Object.fromEntries(
  Object.entries(plain).flatMap(([name, word]) => [
    [name, word],
    [`${name}_list`, list(word)],
    [`${name}_list_or_text`, listOrText(word)],
    [`${name}_object`, object({ [name]: word })],
  ]),
);

/** Text columns take numbers and booleans, and zone-less times are no RFC 3339: what JSON Schema cannot say. */
function asLoaded(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asLoaded);
  if (typeof node !== 'object' || node === null) return node;
  const loaded: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([name, inner]) => [name, asLoaded(inner)]),
  );
  if (loaded['airbyte_type'] === 'timestamp_without_timezone') loaded['format'] = 'iso-date-time';
  delete loaded['airbyte_type'];
  if (Array.isArray(loaded['type']) && loaded['type'].includes('string') && !loaded['format']) {
    loaded['type'] = ['null', 'string', 'number', 'boolean'];
  }
  return loaded;
}

function validator(jsonSchema: JsonObject): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  return ajv.compile(asLoaded(jsonSchema) as object);
}

const awkward = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '0',
    '1.0',
    '[]',
    '{"a":1}',
    '2025-06-10',
    '2025-06-10T10:00:00',
    '2025-06-10T00:00:00+02:00',
    'a\0',
  ),
  fc
    .constantFrom('1e31', '10.0', '9223372036854775808', '0E-10', '-0', '1e400')
    .map((digits) => JSON.rawJSON(digits)),
);

test('whatever comes, what goes out fits its columns, the second time without a change', () => {
  const all = schema(every);
  const valid = validator(all.jsonSchema());
  const sent = fc.record(
    Object.fromEntries(
      Object.keys(every).map((name) => [
        name,
        name.endsWith('_object')
          ? fc.oneof(
              awkward,
              awkward.map((value) => ({ [name.slice(0, -'_object'.length)]: value })),
            )
          : name.includes('_list')
            ? fc.oneof(awkward, fc.array(awkward, { maxLength: 3 }))
            : awkward,
      ]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(sent, (value) => {
      const record = parseLossless(JSON.stringify(value)) as JsonObject;
      all.fit(record, new Set());
      const once = JSON.stringify(record);
      valid(JSON.parse(once));
      expect(valid.errors).toBeNull();
      expect(all.fit(record, new Set())).toEqual([]);
      expect(JSON.stringify(record)).toBe(once);
    }),
    { numRuns: 500 },
  );
});
