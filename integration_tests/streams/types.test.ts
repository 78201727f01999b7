import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import { nastyTexts } from '../kit/nasty-texts.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, quickToken, sync, sharedStore, syncThrough } from './connection.ts';
import { everyStream, expectRows, rowsOf, summaryOf } from './expectations.ts';
import { type Answer, type Change } from './front.ts';

const sandbox = await sharedStore();

/** A sync of one stream whose only page is this text of JSON rows. */
async function syncOf(stream: string, rows: string): Promise<Run> {
  const body = `{"next_cursor":null,"previous_cursor":null,"${stream}":[${rows}]}`;
  const answer: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body };
  const run = await syncThrough(sandbox, async () => answer, { streams: [stream] });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  return run;
}

/** The text of the data of a stream's records, as they stand in stdout. */
const dataOf = (run: Run): string[] =>
  run.stdout.split('\n').flatMap((line) => /"data":(.*),"emitted_at":/.exec(line)?.[1] ?? []);
const changesOf = (run: Run) =>
  run.messages.flatMap((message) =>
    message.type === 'RECORD'
      ? (message.record.meta?.changes.map(({ field, change }) => [field, change]) ?? [])
      : [],
  );
const warnings = (run: Run) =>
  run.logs().filter((line) => line.startsWith('WARN') && !line.includes('without a saved state'));
const at = '"updated_at":"2026-01-01T00:00:00+00:00"';

describe('numbers keep every digit [OUT-06]', () => {
  test.each<[what: string, stream: string, row: string, sent?: string]>([
    ['an id beyond 2^53', 'customers', `{"id":9007199254740993,${at}}`],
    ['the largest integer of 64 bits', 'orders', `{"id":9223372036854775807,${at}}`],
    [
      'below the column, where a platform looks too',
      'orders',
      `{"id":1,"charge":{"id":9007199254740993},${at}}`,
    ],
    [
      'a decimal of a field nobody knows',
      'charges',
      `{"id":1,${at},"_ab_additional_properties":{"ratio":0.10000000000000000000001}}`,
      `{"id":1,"ratio":0.10000000000000000000001,${at}}`,
    ],
    [
      'zeros behind the point',
      'discounts',
      `{"id":1,${at},"_ab_additional_properties":{"new_number":12.50,"tiny":0E-10}}`,
      `{"id":1,"new_number":12.50,"tiny":0E-10,${at}}`,
    ],
  ])('%s', async (_what, stream, row, sent = row) => {
    const run = await syncOf(stream, sent);
    expect(dataOf(run)).toEqual([row]);
    expect(changesOf(run)).toEqual([]);
  });

  // docs/recharge-api.md#types-that-vary
  test('money stays the text it is, and a number where text is declared becomes it digit by digit', async () => {
    const run = await syncOf(
      'charges',
      `{"id":1,"total_price":"38.00","discounts":[{"id":2,"value":10.50}],${at}}`,
    );
    expect(dataOf(run)).toEqual([
      `{"id":1,"total_price":"38.00","discounts":[{"id":2,"value":"10.50"}],${at}}`,
    ]);
    expect(changesOf(run)).toEqual([]);
  });
});

describe('texts never break a line [OUT-04, OUT-05]', () => {
  test('line ends of other languages, lone surrogates, NUL and the like', async () => {
    const texts = nastyTexts.filter((text) => text.length < 1_000);
    const rows = texts.map((note, id) => JSON.stringify({ id: id + 1, note, tags: note }));
    const run = await syncOf('charges', rows.join());
    const notes = new Map(run.records('charges').map(({ id, note }) => [id, note]));
    expect(notes.size).toBe(texts.length);
    for (const [index, text] of texts.entries())
      expect(notes.get(index + 1)).toBe(text.toWellFormed().replaceAll('\0', ''));
    // The harness has cut the output as each reader would; nothing of it may stand raw.
    expect(run.stdout).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(changesOf(run)).toEqual([
      ['note', 'TRUNCATED'],
      ['tags', 'TRUNCATED'],
    ]);
  });

  test('written as escapes by the API they come to the same', async () => {
    const row = '{"id":1,"note":"a\\u2028b\\u0085c\\ud83d","shipping_address":{"city":"x\\u2029y"}}';
    const [record] = (await syncOf('charges', row)).records('charges');
    expect(record).toEqual({ id: 1, note: 'a\u2028b\u0085c\uFFFD', shipping_address: { city: 'x\u2029y' } });
  });
});

test('NUL leaves names as it does texts, and no column with two values', async () => {
  const row =
    '{"id":1,"no\\u0000te":{"\\u0000":1},"note":"a","customer":{"e\\u0000mail":5,"email":"b"},"analytics_data":{"x\\u0000":[{"\\u0000":"\\u0000"}]}}';
  const run = await syncOf('charges', row);
  expect(run.records('charges')).toEqual([
    {
      id: 1,
      note: 'a',
      customer: { email_: 5, email: 'b' },
      analytics_data: { x: [{ _: '' }] },
      _ab_additional_properties: { note: { _: 1 } },
    },
  ]);
  expect(run.stdout).not.toContain('\\u0000');
  expect(changesOf(run)).toEqual(
    ['customer.email_', 'analytics_data.x', '_ab_additional_properties'].map((field) => [field, 'TRUNCATED']),
  );
});

describe('a field that the schema does not know', () => {
  test('is kept beside at the top and stays where it is below, named once a stream and counted', async () => {
    const row = (id: number) =>
      `{"id":${id},"loyalty":{"tier":"gold","points":1e3},"line_items":[{"title":"a","eco":true},{"eco":false}],${at}}`;
    const run = await syncOf('charges', [row(1), row(2), row(3)].join());
    const out = (id: number) =>
      `{"id":${id},"line_items":[{"title":"a","eco":true},{"eco":false}],${at},"_ab_additional_properties":{"loyalty":{"tier":"gold","points":1e3}}}`;
    expect(dataOf(run)).toEqual([out(1), out(2), out(3)]);
    expect(warnings(run)).toEqual([
      expect.stringMatching(/^WARN charges: .* does not know: loyalty, object\. It is kept in/),
      expect.stringMatching(/^WARN charges: .* does not know: line_items\[\]\.eco, boolean\. It goes out as/),
    ]);
    expect(summaryOf(run, 'charges')).toContain(
      '; 9 values of 2 fields did not fit the schema or are unknown to it; ',
    );
  });

  test('is counted where its stream does not come to its end', async () => {
    const change: Change = async ({ query }) =>
      query.has('cursor')
        ? { status: 422, headers: {}, body: '{"errors":{"cursor":["expired"]}}' }
        : {
            status: 200,
            headers: {},
            body: '{"next_cursor":"x","webhooks":[{"id":1,"loyal":1},{"id":2,"loyal":1}]}',
          };
    const run = await syncThrough(sandbox, change, { streams: ['webhooks'] });
    expect([run.exitCode, run.statuses('webhooks').at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(summaryOf(run, 'webhooks')).toContain('; 2 values of 1 field did not fit ');
  });

  test('is named where its name is one, and no value is: at most a hundred a stream', async () => {
    const fields = Array.from({ length: 120 }, (_, index) => `"f${index}":"secret"`).join();
    const run = await syncOf('charges', `{"id":1,"ann@example.com":"secret",${fields},${at}}`);
    expect(warnings(run)).toHaveLength(100);
    expect(summaryOf(run, 'charges')).toMatch(/; 100 values of 100 fields .* and 21 of fields beyond/);
    expect(run.logs().join()).not.toMatch(/secret|ann@/);
    expect(Object.keys(run.records('charges')[0]?.['_ab_additional_properties'] ?? {})).toHaveLength(121);
  });

  test('in every stream', async () => {
    const store = await startSandbox({ token: quickToken, unknownKeys: true });
    const run = await sync(configFor(store), { streams: everyStream });
    expect(run.exitCode).toBe(0);
    // These have no rows of a table in the sandbox, or take of them what they know, and so meet no unknown key.
    const untold: readonly string[] = ['deleted_records', 'delivery_schedules', 'shop', 'store'];
    const told = everyStream.filter((stream) => !untold.includes(stream));
    for (const stream of told) {
      const about = warnings(run).filter((line) => line.startsWith(`WARN ${stream}: the API sends a field`));
      expect([stream, about.length]).toEqual([stream, 1]);
      expectRows(run.records(stream), rowsOf(store, stream));
    }
    await store.close();
  });
});

describe('what cannot fit its column is null and kept, the row goes out, and meta.changes says so [NEW-07]', () => {
  test.each([
    ['a word under an integer', 'charges', '"orders_count":"many"', ['orders_count', 'NULLED']],
    ['a fraction under an integer', 'charges', '"orders_count":1.5', ['orders_count', 'NULLED']],
    [
      'more than 64 bits',
      'customers',
      '"subscriptions_total_count":9223372036854775808',
      ['subscriptions_total_count', 'NULLED'],
    ],
    ['an empty day', 'charges', '"scheduled_at":""', ['scheduled_at', 'NULLED']],
    [
      'a day that does not exist',
      'subscriptions',
      '"next_charge_scheduled_at":"2026-02-30"',
      ['next_charge_scheduled_at', 'NULLED'],
    ],
    [
      'midnight elsewhere, which is another day in UTC or none',
      'charges',
      '"scheduled_at":"2026-02-03T00:00:00-05:00"',
      ['scheduled_at', 'NULLED'],
    ],
    ['a time that is none', 'orders', '"processed_at":"soon"', ['processed_at', 'NULLED']],
    ['a word under a boolean', 'customers', '"tax_exempt":"yes"', ['tax_exempt', 'NULLED']],
    ['text under a list', 'orders', '"line_items":"none"', ['line_items', 'NULLED']],
    [
      'within a list, without its index',
      'orders',
      '"line_items":[{"quantity":1},{"quantity":""}]',
      ['line_items.quantity', 'NULLED'],
    ],
  ])('%s', async (_what, stream, field, change) => {
    const run = await syncOf(stream, `{"id":1,${field},${at}},{"id":2,${at}}`);
    expect(run.records(stream).map(({ id }) => id)).toEqual([1, 2]);
    expect(changesOf(run)).toEqual([change]);
    const [kept] = Object.keys(run.records(stream)[0]?.['_ab_additional_properties'] ?? {});
    expect(kept?.replace('[1]', '')).toBe(change[0]);
    const name = String(change[0]).split('.');
    const value = name.reduce<unknown>(
      (inner, key) => (Array.isArray(inner) ? inner[1] : (inner as Record<string, unknown>))[key],
      run.records(stream)[0],
    );
    expect(value).toBeNull();
  });
});

test('a number or a boolean under text is its digits or its word', async () => {
  const run = await syncOf('orders', `{"id":1,"note":5.0,"tags":true,"error":{"a":[1.0]},${at}}`);
  expect([dataOf(run), changesOf(run), warnings(run)]).toEqual([
    [`{"id":1,"note":"5.0","tags":"true","error":"{\\"a\\":[1.0]}",${at}}`],
    [],
    [],
  ]);
});

// docs/recharge-api.md#types-that-vary
describe('what needs no conversion goes out as it came', () => {
  test.each([
    ['null anywhere', 'charges', '"line_items":null,"customer":null,"total_price":null,"scheduled_at":null'],
    ['empty lists and objects', 'charges', '"line_items":[],"customer":{},"tax_lines":[]'],
  ])('%s goes out as it came', async (_what, stream, fields) => {
    const row = `{"id":1,${fields},${at}}`;
    const run = await syncOf(stream, row);
    expect([dataOf(run), changesOf(run), warnings(run)]).toEqual([[row], [], []]);
  });
});
