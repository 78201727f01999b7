import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { type ApiRow, json as answerOf, startFront } from './front.ts';

/** What an API sends that is no API any more: bounds hold, and nothing is lost or shown. */
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ token: quickToken });
});
afterEach(() => sandbox.close());

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

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const escaped = (prefix: string) => (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replaceAll(/../g, (byte) => prefix + byte);

test('a token that the API echoes is masked, however it is encoded [E-09]', async () => {
  const inner = (text: string) => text.slice(4, -4);
  const spellings: [stream: string, spell: (token: string) => string][] = [
    ['orders', (token) => token.toUpperCase()],
    ['charges', escaped('%')],
    ['customers', escaped('\\u00')],
    ['addresses', (token) => [...token].map((letter) => `&#${letter.charCodeAt(0)};`).join('')],
    ['onetimes', (token) => inner(base64(`Authorization: Bearer ${token}; more`))],
    ['discounts', (token) => json(json(json(`"${token}"`)))],
    ['plans', (token) => base64(escaped('%')(token.toUpperCase()))],
    ['products', (token) => escaped('\\u00')(base64(json(`"${token}`)))],
  ];
  for (const [stream, spell] of spellings) {
    const body = JSON.stringify({ error: `no such token: ${spell(sandbox.token)}` });
    sandbox.answerNext({ status: 422, body }, 9, ({ path }) => path === `/${stream}`);
  }
  const run = await sync(configFor(sandbox), { streams: spellings.map(([stream]) => stream) });
  expect(run.exitCode).toBe(1);
  for (const [stream, spell] of spellings) {
    expect([stream, run.stdout.includes(json(spell(sandbox.token)))]).toEqual([stream, false]);
    const [error] = run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === stream);
    expect(error?.message).toMatch(/no such token: .*\*{4}/);
  }
});

test.each([['99999999'], ['9'.repeat(400)], ['Fri, 31 Dec 9999 23:59:59 GMT']])(
  'an API that wants to be left alone for years, by Retry-After %s, fails what waits as transient',
  async (retryAfter) => {
    const headers = { 'Retry-After': retryAfter };
    sandbox.answerNext({ status: 429, headers, body: '{}' }, 1, ({ path }) => path === '/orders');
    const streams = ['orders', 'charges', 'customers', 'subscriptions', 'events', 'metafields'];
    const run = await sync(configFor(sandbox), { streams });
    expect(run.exitCode).toBe(1);
    const failed = run
      .errors()
      .map(({ failure_type, stream_descriptor }) => [stream_descriptor?.name, failure_type]);
    expect(failed).toContainEqual(['orders', 'transient_error']);
    expect(failed).toEqual(failed.map(([name]) => [name, 'transient_error']));
    const resets = run
      .of('TRACE')
      .flatMap(({ trace }) =>
        trace.type === 'STREAM_STATUS'
          ? (trace.stream_status.reasons ?? []).map((reason) => reason.rate_limited?.quota_reset)
          : [],
      );
    expect(resets.length).toBeGreaterThan(0);
    for (const reset of resets) expect(reset).toBeGreaterThan(Date.now());
    expect(run.duration).toBeLessThan(15_000);
  },
);

test.each(['0/1', '4000000/40', `1/${'9'.repeat(400)}`, '-1/40', '0/0', 'NaN'])(
  'a rate limit of %s holds no stream up',
  async (limit) => {
    const front = await startFront(sandbox, async (_request, pass) => {
      const answer = await pass();
      return { ...answer, headers: { ...answer.headers, 'x-recharge-limit': limit } };
    });
    const run = await sync(configFor(front), { streams: ['discounts', 'plans'] });
    await front.close();
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
  },
);

test('an error body of 100,000 levels is a refusal like any other, and asked again where that may help', async () => {
  const body = `{"errors":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;
  sandbox.answerNext({ status: 500, body }, 1, ({ path }) => path === '/orders');
  const run = await sync(configFor(sandbox), { streams: ['orders'] });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
});

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

test('what is no UTF-8, and half of a character, is replaced, with a WARN of columns and counts', async () => {
  const orders = [
    order(1, { note: 'caf\u00e9 \uFFFD', tags: 'fine' }),
    order(2, { note: 'LATIN1', tags: '\uD83D half' }),
    order(3, { note: 'LATIN1', tags: 'LATIN1' }),
  ];
  const [before, ...parts] = `{"next_cursor":null,"orders":${JSON.stringify(orders)}}`.split('LATIN1');
  const body = Buffer.concat([
    Buffer.from(before ?? ''),
    ...parts.flatMap((part) => [Buffer.from([0x63, 0xe9, 0x20]), Buffer.from(part)]),
  ]);
  sandbox.answerNext({ status: 200, body }, 1, ({ path }) => path === '/orders');
  const run = await sync(
    { ...configFor(sandbox), start_date: '2024-05-01', end_date: '2024-05-02' },
    { streams: ['orders'] },
  );
  expect([run.exitCode, run.records().map(({ note, tags }) => [note, tags])]).toEqual([
    0,
    [
      ['caf\u00e9 \uFFFD', 'fine'],
      ['c\uFFFD ', '\uFFFD half'],
      ['c\uFFFD ', 'c\uFFFD '],
    ],
  ]);
  const of = (count: number, column: string) =>
    `WARN orders: ${count} texts of ${column} came with bytes or half characters that are no Unicode; U+FFFD stands for each.`;
  expect(run.logs()).toEqual(expect.arrayContaining([of(2, 'note'), of(2, 'tags')]));
});

test.each([
  [304, /says that nothing has changed/],
  [206, /is a part, where the whole was asked for/],
])('an answer of %i is no page, and is named', async (status, words) => {
  const body = status === 304 ? '' : '{"orders":[],"next_cursor":null,"previous_cursor":null}';
  sandbox.answerNext({ status, body }, 1, ({ path }) => path === '/orders');
  const run = await sync(configFor(sandbox), { streams: ['orders'] });
  expect([run.exitCode, run.records().length]).toEqual([0, rowsOf(sandbox, 'orders').length]);
  expect(run.logs().join()).toMatch(words);
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
