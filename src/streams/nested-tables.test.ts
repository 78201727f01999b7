import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import { type JsonObject, type JsonValue, parseLossless } from '../airbyte/index.ts';
import { awkward } from '../airbyte/schema-values.fixture.ts';
import { ignored } from '../airbyte/schema-field-types.fixture.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { silentLog } from '../airbyte/testing/index.ts';
import { createStreams } from './index.ts';
import { requestOf } from '../sync/read-stream.fixture.ts';
import type { SyncContext } from '../sync/recharge-stream.ts';

const streams = createStreams({} as SyncContext, false);

/** The rows of one nested table for one record of its parent, as JSON text, and what is said about them. */
function rowsOf(table: string, record: string) {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (text: string) => warnings.push(text) };
  const member = streams
    .find(({ name }) => name === table)
    ?.open(requestOf({ syncMode: 'full_refresh', log }));
  const parent = parseLossless(record) as ApiObject;
  const rows = [...(member?.batch([parent]).rows ?? [])].map(({ data }) => JSON.stringify(data));
  expect(JSON.stringify(parent)).toBe(record);
  return { rows, warnings };
}

const at = '"updated_at":"2026-01-01T00:00:00+00:00"';
const row = (index: number, fields: string) => `{"charge_id":1,"index":${index},${at}${fields}}`;

test.each([
  [
    'names and values as an object',
    'charge_order_attributes',
    '"order_attributes":{"a":1.50,"b":["x"]}',
    [',"name":"a","value":"1.50"', ',"name":"b","value":"[\\"x\\"]"'],
  ],
  [
    'one name and value',
    'charge_order_attributes',
    '"order_attributes":{"name":"a","value":"b"}',
    [',"name":"a","value":"b"'],
  ],
  ['no names and values', 'charge_order_attributes', '"order_attributes":{}', []],
  ['one item', 'charge_discounts', '"discounts":{"id":"5","value":1.50}', [',"id":5,"value":"1.50"']],
  ['items in lists of one', 'charge_discounts', '"discounts":[[{"id":5}],[],null]', [',"id":5', '', '']],
  ['the text of a list', 'charge_tax_lines', '"tax_lines":"[{\\"rate\\":0.10}]"', [',"rate":"0.10"']],
  [
    'a list within a list of one',
    'charge_utm_params',
    '"analytics_data":[{"utm_params":{"utm_term":"t"}}]',
    [',"utm_term":"t"'],
  ],
  ['null', 'charge_discounts', '"discounts":null', []],
])('a list that comes as %s has the rows that its column has items', (_what, table, list, rows) => {
  expect(rowsOf(table, `{"id":1,${at},${list}}`)).toEqual({
    rows: rows.map((fields, index) => row(index, fields)),
    warnings: [],
  });
});

test('an item that is no object has a row, and is kept in it', () => {
  const { rows, warnings } = rowsOf('charge_discounts', `{"id":1,${at},"discounts":[{"id":5},"none",[1]]}`);
  expect(rows).toEqual([
    row(0, ',"id":5'),
    row(1, ',"_ab_additional_properties":{"discounts[1]":"none"}'),
    row(2, ',"_ab_additional_properties":{"discounts[2]":[1]}'),
  ]);
  expect(warnings[0]).toBe(
    "charge_discounts: an item of a record's discounts is no object; it is kept in its row's _ab_additional_properties.",
  );
});

test('what is no list has no rows, and a warning', () => {
  expect(rowsOf('charge_discounts', `{"id":1,${at},"discounts":"none"}`)).toEqual({
    rows: [],
    warnings: ["charge_discounts: a record's discounts is no list; it has no rows here."],
  });
});

test('what an item calls as its row calls something else is kept beside', () => {
  const sent = `{"id":1,${at},"discounts":[{"index":7,"charge_id":8,"updated_at":null,"index_":9,"id":5}]}`;
  expect(rowsOf('charge_discounts', sent).rows).toEqual([
    row(0, ',"id":5,"_ab_additional_properties":{"index_":9,"charge_id_":8,"index__":7}'),
  ]);
});

test('no name of an item changes what its row is', () => {
  const { rows } = rowsOf(
    'charge_discounts',
    `{"id":1,${at},"discounts":[{"__proto__":{"id":6},"constructor":1}]}`,
  );
  expect(rows).toEqual([row(0, ',"_ab_additional_properties":{"__proto__":{"id":6},"constructor":1}')]);
});

/** Lists of objects, of names and values, as text, and within another object. */
const lists = [
  ['charge_discounts', 'discounts'],
  ['charge_order_attributes', 'order_attributes'],
  ['charge_tax_lines', 'tax_lines'],
  ['charge_utm_params', 'analytics_data.utm_params'],
] as const;

/** JSON text of a charge with this value at a dotted path. */
function chargeWith(path: string, value: JsonValue): string {
  const [outer = '', inner] = path.split('.');
  return JSON.stringify({ id: 1, [outer]: inner === undefined ? value : { [inner]: value } });
}

test.each(lists)(
  'whatever comes, %s has the rows that its column has items, with their values',
  (table, path) => {
    const charges = streams.find(({ name }) => name === 'charges')?.schema;
    const child = streams.find(({ name }) => name === table)?.schema;
    const own = ['charge_id', 'index', 'updated_at'];
    const fields = Object.keys(child?.fields ?? {}).filter((name) => !own.includes(name));
    const near = fc.dictionary(fc.constantFrom(...fields, ...own, 'unknown'), awkward, { maxKeys: 4 });
    const sent = fc.oneof(awkward, near, fc.array(fc.oneof(near, awkward), { maxLength: 3 }));
    fc.assert(
      fc.property(sent, (value) => {
        const json = chargeWith(path, value);
        const charge = parseLossless(json) as JsonObject;
        charges?.coerce(charge, ignored());
        const found = path
          .split('.')
          .reduce<unknown>((inner, name) => (inner as JsonObject | null)?.[name], charge);
        const items = (found ?? []) as (JsonObject | null)[];
        const rows = rowsOf(table, json).rows.map((line) => JSON.parse(line) as JsonObject);
        expect(rows.map(({ index }) => index)).toEqual([...items.keys()]);
        for (const [index, item] of items.entries()) {
          const declared = (record: JsonObject | undefined) =>
            JSON.stringify(
              fields.map((name) => (Object.hasOwn(record ?? {}, name) ? record?.[name] : 'absent')),
            );
          expect(declared(rows[index])).toBe(declared(JSON.parse(JSON.stringify(item ?? {})) as JsonObject));
        }
      }),
      { numRuns: runs(300) },
    );
  },
);

test('a list that its parent does not declare has rows all the same', () => {
  const codes = '"discount_codes":[{"code":"A","amount":5}]';
  const { rows, warnings } = rowsOf('order_discounts', `{"id":1,${at},${codes}}`);
  expect(rows.map((text) => JSON.parse(text))).toMatchObject([{ order_id: 1, index: 0, code: 'A' }]);
  expect(warnings.join()).not.toMatch(/is no list/);
});
