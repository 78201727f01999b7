import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import { compileItems, list, listOfPairs, listOrText, object } from './schema-nesting.ts';
import { text } from './schema-scalars.ts';
import { change, coerce, converted } from './schema-order.fixture.ts';

interface Pair {
  readonly name: string;
  readonly value: string | null;
}

describe('coerce', () => {
  test.each([
    ['"[]"', []],
    ['"[{\\"rate\\":0.0750}]"', [{ rate: '0.0750' }]],
    ['[{"rate":"0.1"}]', [{ rate: '0.1' }]],
    ['{"rate":0.10}', [{ rate: '0.10' }]],
    ['{}', []],
    ['"{}"', []],
  ])('takes %s for a list that may come as text', (sent, lines) => {
    expect(converted(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toEqual({
      id: 1,
      line_items: [{ tax_lines: lines }],
    });
  });

  test.each([
    ['{}', []],
    ['{"quantity":"5"}', [{ quantity: 5 }]],
    ['[[{"quantity":1}],[]]', [{ quantity: 1 }, {}]],
  ])('takes %s for a list of objects', (sent, items) => {
    expect(converted(`{"id":1,"line_items":${sent}}`)).toEqual({ id: 1, line_items: items });
  });

  test.each(['"[]"', '""', '5', 'true'])('nulls %s where a list is due', (sent) => {
    expect(coerce(`{"id":1,"line_items":${sent}}`)).toMatchObject({
      record: { line_items: null, _ab_additional_properties: { line_items: JSON.parse(sent) } },
      changes: [change('line_items', 'NULLED')],
    });
  });

  test.each(['"none"', '""', '"5"', '5'])('nulls %s where a list or its text is due', (sent) => {
    const kept = { 'line_items[0].tax_lines': JSON.parse(sent) as unknown };
    expect(coerce(`{"id":1,"line_items":[{"tax_lines":${sent}}]}`)).toMatchObject({
      record: { line_items: [{ tax_lines: null }], _ab_additional_properties: kept },
      changes: [change('line_items.tax_lines', 'NULLED')],
    });
  });

  test.each([
    ['{"Size":"L","Gift":{"to":"A"},"__proto__":1.50}', ['Size=L', 'Gift={"to":"A"}', '__proto__=1.50']],
    ['{"name":"Size","value":5}', ['Size=5']],
    ['{"name":"Size"}', ['name=Size']],
    ['{"name":"Size","value":"L","id":1}', ['name=Size', 'value=L', 'id=1']],
    ['{}', []],
    ['[]', []],
    ['[{"name":"a","value":[1.0]},{"name":"b","value":null}]', ['a=[1.0]', 'b=null']],
  ])('takes %s for a list of names and values', (sent, pairs) => {
    const { properties } = converted(`{"id":1,"properties":${sent}}`) as Record<string, Pair[]>;
    expect(properties?.map(({ name, value }) => `${name}=${value}`)).toEqual(pairs);
  });

  test.each([
    ['{"key":"a","before":1,"value":2}', { key: 'a', before: '1', value: '2' }],
    ['{"note":2}', { key: 'note', value: '2' }],
  ])('takes %s for an item with its fields, or a key and its value', (sent, item) => {
    expect(converted(`{"id":1,"changes":${sent}}`)).toEqual({ id: 1, changes: [item] });
  });
});

describe('compileItems', () => {
  const fields = {
    data: object({ params: list(object({ a: text })) }),
    lines: listOrText(object({ rate: text })),
    properties: listOfPairs(object({ name: text, value: text }), 'name', 'value'),
  };
  test.each([
    ['data.params', '{"data":{"params":[{"a":1}]}}', [{ a: 1 }]],
    ['data.params', '{"data":[{"params":{"a":1}}]}', [{ a: 1 }]],
    ['data.params', '{"data":{"params":[[{"a":1}],"none",null]}}', [{ a: 1 }, 'none', null]],
    ['data.params', '{"data":null}', []],
    ['data.params', '{}', []],
    ['data.params', '{"data":{}}', []],
    ['data.params', '{"data":"none"}', undefined],
    ['data.params', '{"data":{"params":"[]"}}', undefined],
    ['lines', '{"lines":"[{\\"rate\\":1}]"}', [{ rate: 1 }]],
    ['properties', '{"properties":{"a":{"b":1}}}', [{ name: 'a', value: { b: 1 } }]],
  ])('%s of %s', (path, sent, items) => {
    const record = parseLossless(sent) as JsonObject;
    expect(compileItems(fields, path)(record)).toEqual(items);
    expect(JSON.stringify(record)).toBe(sent);
  });
});
