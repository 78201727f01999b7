import { expect, test } from 'vitest';
import { configFor, sharedStore, sync } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { type ApiRow, json as answerOf, startFront } from './front.ts';

/** Answers far larger and deeper than any store's: they take time by their length, and nothing is lost. */
const sandbox = await sharedStore();

const time = '2024-05-01T10:00:00+00:00';

/** Reads orders and their line items from a store whose one page of orders, all of this time, has these rows. */
async function readRows(rows: readonly ApiRow[] | string, streams = ['orders', 'order_line_items']) {
  const list = typeof rows === 'string' ? rows : JSON.stringify(rows);
  const front = await startFront(sandbox, async ({ path, query }, pass) => {
    if (path !== '/orders') return pass();
    const [min = '', max = '9999-01-01'] = ['updated_at_min', 'updated_at_max'].map(
      (name) => query.get(name) ?? undefined,
    );
    const isIn = Date.parse(min) <= Date.parse(time) && !(Date.parse(max) < Date.parse(time));
    return {
      ...answerOf({}),
      body: `{"next_cursor":null,"previous_cursor":null,"orders":${isIn ? list : '[]'}}`,
    };
  });
  const run = await sync({ ...configFor(front), start_date: '2024-01-01' }, { streams, timeout: 55_000 });
  await front.close();
  return run;
}

const order = (id: number, more: ApiRow = {}): ApiRow => ({ id, updated_at: time, ...more });

const nested = (levels: number, [open, close]: readonly [string, string], inner = '10.0') =>
  `${open.repeat(levels)}${inner}${close.repeat(levels)}`;
const lists = ['[', ']'] as const;
const objects = ['{"a":', '}'] as const;

test.each([
  ['501 lists', nested(501, lists)],
  ['5,000 objects', nested(5_000, objects)],
  ['5,000 objects whose numbers have no digits to lose', nested(5_000, objects, '1')],
  ['300,000 lists', nested(300_000, lists)],
])('%s within each other are kept as the text of their JSON, and the stream goes on', async (_name, deep) => {
  const fields = [
    'unknown',
    'note',
    'is_prepaid',
    'line_items',
    'shipping_address',
    'properties',
    'customer',
  ];
  const first = { ...rowsOf(sandbox, 'orders')[0], updated_at: time };
  const row = JSON.stringify({ ...first, id: 1 }).slice(0, -1);
  const lineItem = `{"purchase_item_id":1,"images":${deep},"odd":${deep},"properties":[{"name":${deep}}]}`;
  const rows = [
    ...fields.map((field, index) => `${row.replace('"id":1', `"id":${index + 1}`)},"${field}":${deep}}`),
    `${row.replace('"id":1', '"id":98')},"line_items":[${lineItem}]}`,
    JSON.stringify({ ...first, id: 99 }),
  ];
  const run = await readRows(`[${rows.join()}]`);
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  const records = new Map(run.records('orders').map((record) => [record['id'], record]));
  expect(records.size).toBe(fields.length + 2);
  for (const [index, field] of fields.entries()) {
    const { [field]: value = null, _ab_additional_properties: kept } = records.get(index + 1) ?? {};
    expect([field, (JSON.stringify(value) ?? '').length < 100]).toEqual([field, true]);
    expect(JSON.stringify(kept)).toContain(deep.slice(0, 400).replaceAll('"', String.raw`\"`));
  }
  const kept = records.get(98)?.['_ab_additional_properties'] as Record<string, string>;
  expect(kept['line_items[0].odd']).toBe(deep);
});

test('200,000 rows in a page are written', async () => {
  const run = await readRows(
    Array.from({ length: 200_000 }, (_, id) => order(id)),
    ['orders'],
  );
  expect([run.exitCode, run.records().length]).toEqual([0, 200_000]);
});

const colliding = (count: number, name: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), index]));

test('20,000 fields whose names are one but for NUL are kept, in a length by their number', async () => {
  const letters = 'a'.repeat(200);
  const odd = colliding(20_000, (index) => {
    const [first, second] = [index % 200, Math.floor(index / 200)];
    return `${letters.slice(0, first)}\0${letters.slice(first)}${letters.slice(0, second)}\0${letters.slice(second)}`;
  });
  const run = await readRows(
    [order(1, odd), order(2, { shipping_address: odd, client_details: odd })],
    ['orders'],
  );
  expect(run.exitCode).toBe(0);
  const [first, second] = run.records();
  for (const object of [first?.['_ab_additional_properties'], second?.['shipping_address']]) {
    const values = Object.values(object as object).map(Number);
    expect(values.toSorted((a, b) => a - b)).toEqual(Object.values(odd));
  }
  expect(run.stdout.length).toBeLessThan(80_000_000);
});

test('1,000 unknown fields a row, new in each row, are kept, and a hundred of them named', async () => {
  const rows = Array.from({ length: 250 }, (_, id) =>
    order(
      id,
      colliding(1_000, (index) => `f${id}_${index}`),
    ),
  );
  const run = await readRows(rows, ['orders']);
  expect(run.exitCode).toBe(0);
  expect(
    run.records().flatMap((record) => Object.keys(record['_ab_additional_properties'] as object)).length,
  ).toBe(250_000);
  expect(run.logs().filter((line) => line.startsWith('WARN')).length).toBeLessThan(105);
});

const long = 200_000;
test.each([
  ['digits', '1'.repeat(long)],
  ['zeros', `1${'0'.repeat(long)}1`],
  ['digits after a point', `0.${'0'.repeat(long)}1`],
  ['digits of an exponent', `1e${'0'.repeat(long)}1`],
])('a field of %s without end takes time by its length', async (_name, digits) => {
  const fields = ['total_price', 'external_cart_token', 'created_at', 'unknown', 'note', 'is_prepaid'];
  const texts = fields.map((field) => `"${field}":"${digits}x"`);
  const numbers = fields.map((field) => `"${field}":${digits}`);
  const rows = [texts, numbers].map((all, id) => `{"id":${id},"updated_at":"${time}",${all.join()}}`);
  const run = await readRows(`[${rows.join()}]`, ['orders']);
  expect([run.exitCode, run.records().length]).toEqual([0, 2]);
});
