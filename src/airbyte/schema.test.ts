import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import {
  date,
  integer,
  list,
  listOrText,
  object,
  primaryKey,
  schema,
  text,
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

function coerce(json: string): { record: unknown; changes: readonly unknown[]; unknown: string[] } {
  const record = parseLossless(json) as JsonObject;
  const unknown = new Set<string>();
  const changes = order.coerce(record, unknown);
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

describe('coerce', () => {
  const clean =
    '{"id":1,"note":null,"line_items":[{"quantity":2,"tax_lines":[]},null],"customer":null,"created_at":null}';

  test('leaves a record that coercions as it is', () => {
    expect(coerce(clean)).toEqual({ record: JSON.parse(clean), changes: [], unknown: [] });
  });

  test('names each changed field once, without indexes', () => {
    const sent =
      '{"id":1,"note":"a\\u0000","line_items":[{"quantity":1.5,"due":""},{"quantity":"x"},"none",{"quantity":3}],"customer":[]}';
    expect(coerce(sent)).toEqual({
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
    expect(order.coerce({ id: 1 }, new Set())).toBe(order.coerce({ id: 2 }, new Set()));
  });

  test('lets unknown fields out as they came and names them', () => {
    const sent =
      '{"id":1,"extra":{"a":[1]},"constructor":1,"line_items":[{"sku":"x"},{"sku":null}],"customer":{"hash":""}}';
    expect(coerce(sent)).toEqual({
      record: JSON.parse(sent),
      changes: [],
      unknown: ['extra', 'constructor', 'line_items.sku', 'customer.hash'],
    });
  });

  test('takes NUL out of an unknown field too', () => {
    expect(coerce('{"id":1,"extra":{"a":"x\\u0000"}}')).toEqual({
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
    expect(coerce(sent)).toEqual({
      record: { id: 1, extra: { a: 1 }, line_items: [{ sku: 'x' }], customer: { hash: [] } },
      changes: ['extra', 'line_items.sku', 'customer.hash'].map(truncatedAt),
      unknown: ['extra', 'line_items.sku', 'customer.hash'],
    });
  });

  test('gives a name that NUL alone told from another, or from a column, one of its own', () => {
    const sent =
      '{"id":1,"i\\u0000d":{"a":1},"note\\u0000":5,"extra":1,"extra\\u0000":2,"\\u0000extra":3,"__proto__\\u0000":{"b":1},"\\u0000":4}';
    expect(coerce(sent)).toEqual({
      record: { id: 1, id_: { a: 1 }, note_: 5, extra: 1, extra_: 2, extra__: 3, __proto___: { b: 1 }, _: 4 },
      changes: ['id_', 'note_', 'extra_', 'extra__', '__proto___', '_'].map(truncatedAt),
      unknown: ['id_', 'note_', 'extra', 'extra_', 'extra__', '__proto___', '_'],
    });
  });

  test('reads a list that came as text, and coercions its items', () => {
    const lines = [
      ['"[]"', []],
      ['"[{\\"rate\\":0.0750}]"', [{ rate: '0.0750' }]],
      ['[{"rate":"0.1"}]', [{ rate: '0.1' }]],
    ] as const;
    for (const [sent, read] of lines) {
      expect(coerce(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toEqual({
        record: { id: 1, line_items: [{ tax_lines: read }] },
        changes: [],
        unknown: [],
      });
    }
  });

  test.each(['"none"', '""', '"{}"', '"5"', '{}', '5'])('nulls %s where a list is due', (sent) => {
    expect(coerce(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toMatchObject({
      record: { line_items: [{ tax_lines: null }] },
      changes: [{ field: 'line_items.tax_lines', change: 'NULLED' }],
    });
  });

  test('gives an integer key whatever size it has', () => {
    const record = parseLossless('{"id":9007199254740993}') as JsonObject;
    order.coerce(record, new Set());
    expect(JSON.stringify(record)).toBe('{"id":9007199254740993}');
  });

  test.each(['{}', '{"id":null}', '{"id":"1"}', '{"id":1.5}', '{"id":{"secret":1}}'])(
    'stops at the key of %s',
    (sent) => {
      const act = () => coerce(sent);
      expect(act).toThrow(/field "id"/);
      expect(act).not.toThrow(/secret/);
    },
  );
});
