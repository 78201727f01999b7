import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import { date, integer, list, object, primaryKey, schema, timestamp } from './schema.ts';
import { ignored } from './schema-field-types.fixture.ts';
import { change, coerce, order } from './schema-order.fixture.ts';

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
        _ab_additional_properties: { type: ['null', 'object'], additionalProperties: true },
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

  test('leaves a record that fits as it is', () => {
    expect(coerce(clean)).toEqual({ record: JSON.parse(clean), changes: [], warnings: [] });
  });

  test('gives one shared list when nothing changed', () => {
    expect(order.coerce({ id: 1 }, ignored())).toBe(order.coerce({ id: 2 }, ignored()));
  });

  test('keeps each value that does not fit under its path with indexes, and names its field once', () => {
    const sent =
      '{"id":1,"note":"a\\u0000","line_items":[{"quantity":1.5,"due":""},{"quantity":"x"},"none",{"quantity":3,"tax_lines":[{},{"rate":1},"y"]}],"customer":[{},{}]}';
    expect(coerce(sent)).toMatchObject({
      record: {
        id: 1,
        note: 'a',
        line_items: [
          { quantity: null, due: null },
          { quantity: null },
          null,
          { quantity: 3, tax_lines: [{}, { rate: '1' }, null] },
        ],
        customer: null,
        _ab_additional_properties: {
          'line_items[0].quantity': 1.5,
          'line_items[0].due': '',
          'line_items[1].quantity': 'x',
          'line_items[2]': 'none',
          'line_items[3].tax_lines[2]': 'y',
          customer: [{}, {}],
        },
      },
      changes: [
        change('note', 'TRUNCATED'),
        change('line_items.quantity', 'NULLED'),
        change('line_items.due', 'NULLED'),
        change('line_items', 'NULLED'),
        change('line_items.tax_lines', 'NULLED'),
        change('customer', 'NULLED'),
      ],
    });
  });

  test('moves undeclared fields aside at the top, and leaves them where they are below', () => {
    const sent =
      '{"id":1,"extra":{"a":[1]},"constructor":1,"line_items":[{"sku":"x"},{"sku":null}],"customer":{"hash":""},"Note":"n","gone":null}';
    expect(coerce(sent)).toEqual({
      record: {
        id: 1,
        line_items: [{ sku: 'x' }, { sku: null }],
        customer: { hash: '' },
        _ab_additional_properties: { extra: { a: [1] }, constructor: 1, Note: 'n', gone: null },
      },
      changes: [],
      warnings: [
        ': extra, object. It is kept in _ab_additional_properties.',
        ': constructor, number. ',
        ': line_items[].sku, string. It goes out as it came.',
        ': customer.hash, string. ',
        ': Note, string. ',
        ': gone, null. ',
      ].map((words) => expect.stringContaining(words)),
    });
  });

  test('gives a name that is taken a _', () => {
    const sent =
      '{"id":1,"line_items":["x"],"line_items[0]":1,"_ab_additional_properties":{"a":1},"":2,"__proto__":{"b":3}}';
    const record = parseLossless(sent) as JsonObject;
    order.coerce(record, ignored());
    expect(JSON.stringify(record)).toBe(
      '{"id":1,"line_items":[null],"_ab_additional_properties":{"line_items[0]":"x","line_items[0]_":1,"_ab_additional_properties_":{"a":1},"_":2,"__proto__":{"b":3}}}',
    );
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });

  test('keeps a number that no destination can load as text, at any depth', () => {
    expect(coerce('{"id":1,"extra":[{"a":1e31},-1e400,1e30]}').record).toEqual({
      id: 1,
      _ab_additional_properties: { extra: [{ a: '1e31' }, '-1e400', 1e30] },
    });
  });

  test('takes NUL out of what is kept, and out of its names', () => {
    expect(coerce('{"id":1,"ex\\u0000tra":{"a\\u0000":"x\\u0000"},"extra":2}')).toMatchObject({
      record: { id: 1, _ab_additional_properties: { extra: { a: 'x' }, extra_: 2 } },
      changes: [change('_ab_additional_properties', 'TRUNCATED')],
    });
  });

  test('takes NUL out of names below the top, and out of the paths that tell of them', () => {
    const sent =
      '{"id":1,"line_items":[{"sku\\u0000":"x"}],"customer":{"ha\\u0000sh":[],"email\\u0000":"b"}}';
    expect(coerce(sent)).toMatchObject({
      record: { id: 1, line_items: [{ sku: 'x' }], customer: { hash: [], email_: 'b' } },
      changes: ['line_items.sku', 'customer.hash', 'customer.email_'].map((field) =>
        change(field, 'TRUNCATED'),
      ),
    });
  });

  test.each(['{"id":9007199254740993}', '{"id":"9007199254740993"}'])(
    'keeps every digit of the key %s',
    (sent) => {
      const record = parseLossless(sent) as JsonObject;
      order.coerce(record, ignored());
      expect(JSON.stringify(record)).toBe('{"id":9007199254740993}');
    },
  );

  test.each(['{}', '{"id":null}', '{"id":"1x"}', '{"id":1.5}', '{"id":{"secret":1}}'])(
    'leaves a record alone whose key is no key: %s',
    (sent) => {
      expect(coerce(sent)).toEqual({ record: JSON.parse(sent), changes: undefined, warnings: [] });
    },
  );
});
