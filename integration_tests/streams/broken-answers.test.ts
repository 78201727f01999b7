import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import type { MadeAnswer } from '../../sandbox/http/faults.ts';
import { type Broken, packed, spoil, status } from './broken-answers.fixture.ts';
import { configFor, openStore, quickToken, sync } from './connection.ts';
import { expectRows, heldAfter, rowsOf, type StreamName } from './expectations.ts';
import { impatient } from './impatience.ts';

const tail = Buffer.from('tail');

/** A list, what comes of each request for it, and what its stream's error says. */
type Failing = readonly [StreamName, Broken, RegExp];

/** A sync of these lists and of one that is sound. */
async function syncOf(lists: readonly Failing[]) {
  const sandbox = await startSandbox({ token: quickToken });
  for (const [stream, broken] of lists) spoil(sandbox, broken, 100_000, `/${stream}`);
  const streams = [...lists.map(([stream]) => stream), 'store'];
  const run = await sync(configFor(sandbox), { streams, env: impatient });
  await sandbox.close();
  const asked = (stream: StreamName) => sandbox.requests.filter(({ path }) => path === `/${stream}`).length;
  const errorOf = (stream: StreamName) =>
    run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === stream);
  return { run, asked, errorOf };
}

const staying: readonly Failing[] = [
  ['addresses', 'error503', /503/],
  ['charges', 'error504', /504/],
  ['customers', 'conflict409', /409.*already in progress/],
  ['discounts', { status: 429, headers: { 'Retry-After': '0.1' } }, /too many requests.*429/],
  ['onetimes', 'reset', /the connection was cut/],
  ['orders', 'truncated', /the connection/],
  ['plans', 'aborted', /the connection/],
  ['subscriptions', 'stall', /no answer in time/],
  ['accounts', 'stallBeforeHeaders', /no answer in time/],
  ['collections', 'notJson', /not valid JSON: see line 1, column 1\b/],
  ['webhooks', 'missingKey', /has no "webhooks"/],
  ['memberships', status(520), /520/],
  // A wait of a day.
  ['credit_accounts', { status: 503, headers: { 'Retry-After': '86400' } }, /503/],
  ['async_batches', packed('gzip', Buffer.concat([gzipSync('{}'), tail])), /be unpacked \(Z_DATA_ERROR\)/],
  ['bundle_products', packed('br', Buffer.concat([brotliCompressSync('{}'), tail])), /more after its end/],
  ['entitlements', packed('zstd', Buffer.concat([zstdCompressSync('{}'), tail])), /more after its end/],
  ['gift_purchases', packed('deflate', Buffer.concat([deflateSync('{}'), tail])), /more after its end/],
  ['payment_methods', packed('compress', '{}'), /packed in a way that was not asked for/],
  ['credit_adjustments', packed('br, br, br, br', '{}'), /packed more than three times/],
];

describe('what stays fails its stream alone, within bounds [E-01]', async () => {
  const { run, asked, errorOf } = await syncOf(staying);

  test.each(staying)('%s: %j', (stream, _broken, words) => {
    expect(run.statuses(stream).at(-1)).toBe('INCOMPLETE');
    const [error, ...others] = errorOf(stream);
    expect([error, others]).toEqual([
      {
        failure_type: 'transient_error',
        message: expect.stringMatching(words),
        internal_message: expect.stringMatching(`^GET /${stream}: `),
        stack_trace: expect.any(String),
        stream_descriptor: { name: stream },
      },
      [],
    ]);
    expect(error?.message).toMatch(/[Tt]ry again/);
    expect(asked(stream)).toBeLessThanOrEqual(80);
  });

  test('the sound one is COMPLETE', () => {
    expect([run.exitCode, run.statuses('store').at(-1)]).toEqual([1, 'COMPLETE']);
  });
});

const page = (key: string, row: string) => `{"next_cursor":null,"${key}":[{"id":1},${row}]}`;
const ok = (body: string | Buffer): MadeAnswer => ({ status: 200, body });
const listed = 'is not a list of objects';
/** What comes again as it is. */
const repeated: readonly Failing[] = [
  ['orders', ok(page('orders', '{"id":2,"total":NaN}')), /not valid JSON: see line 1, column 56\b/],
  ['plans', ok(page('plans', '{"id":2,"price":-Infinity}')), /not valid JSON: see line 1, column 56\b/],
  ['events', ok(page('events', '{"id":02}')), /not valid JSON: see line 1, column 47\b/],
  ['charges', ok(`${page('charges', '{"id":2}')}\n<!-- it -->`), /not valid JSON: see line 2, column 1\b/],
  ['accounts', ok(page('accounts', '{}').repeat(2)), /not valid JSON: see line 1, column 46\b/],
  ['discounts', ok(page('discounts', '{}').slice(0, -3)), /not valid JSON: see line 1, column 44\b/],
  ['addresses', ok(''), /the answer is empty/],
  ['customers', ok(' \n'), /the answer is empty/],
  ['onetimes', ok('<!doctype html><p>maintenance'), /not valid JSON: see line 1, column 1\b/],
  ['subscriptions', ok(Buffer.from('\uFEFF{}', 'utf16le')), /not valid JSON: see line 1, column 1\b/],
  ['memberships', ok('[{"id":1}]'), /the answer is a list, not an object/],
  ['collections', ok('null'), /the answer is null, not an object/],
  ['webhooks', ok('1.50'), /the answer is a number, not an object/],
  ['async_batches', ok('{"error":"the shop is asleep"}'), /no "async_batches"; it says: the shop is asleep/],
  ['entitlements', ok('{"errors":{"shop":["asleep"]}}'), /no "entitlements"; it says: shop: asleep/],
  ['gift_purchases', ok('{"gift_purchase":[]}'), /the answer has no "gift_purchases"/],
  ['payment_methods', ok('{"payment_methods":{}}'), /"payment_methods" is an object, not a list of objects/],
  ['bundle_products', ok('{"bundle_products":null}'), /"bundle_products" is null, not a list of objects/],
  [
    'credit_accounts',
    ok(page('credit_accounts', '7')),
    RegExp(`"credit_accounts" has a number at index 1, and ${listed}`),
  ],
  ['bundle_selections', ok(page('bundle_selections', '[]')), RegExp(`a list at index 1, and ${listed}`)],
  [
    'credit_adjustments',
    ok('{"next_cursor":7,"credit_adjustments":[]}'),
    /"next_cursor" is a number, neither/,
  ],
  [
    'membership_programs',
    ok('{"next_cursor":{},"membership_programs":[]}'),
    /"next_cursor" is an object, neither/,
  ],
];

describe('an answer that comes again as it is, is named by its place or in its own words [E-12]', async () => {
  const { run, asked, errorOf } = await syncOf(repeated);

  test.each(repeated)('%s: %j', (stream, _broken, words) => {
    expect(asked(stream)).toBeLessThanOrEqual(3);
    expect(errorOf(stream)).toEqual([
      expect.objectContaining({ failure_type: 'transient_error', message: expect.stringMatching(words) }),
    ]);
    expect(errorOf(stream)[0]?.message).not.toMatch(/Infinity|NaN|maintenance/);
  });

  test('the sound one is COMPLETE', () => {
    expect([run.exitCode, run.statuses('store').at(-1)]).toEqual([1, 'COMPLETE']);
  });
});

test('a byte order mark before an answer is nothing, and each packing that is asked for is read', async () => {
  const sandbox = await openStore();
  // Listings in no order: each is one request.
  const answers: Readonly<Record<string, (body: string) => MadeAnswer>> = {
    collections: (body) => ok(`\uFEFF${body}`),
    accounts: (body) => packed('gzip, gzip', gzipSync(gzipSync(body))),
    async_batches: (body) => packed('identity, x-gzip', gzipSync(body)),
    entitlements: (body) => packed('zstd', zstdCompressSync(body)),
    webhooks: (body) => packed('deflate', deflateRawSync(body)),
  };
  const streams = Object.keys(answers);
  for (const [stream, answer] of Object.entries(answers)) {
    const body = JSON.stringify({ [stream]: rowsOf(sandbox, stream), next_cursor: null });
    sandbox.answerNext(answer(body), 1, `/${stream}`);
  }
  const run = await sync(configFor(sandbox), { streams });
  expect([run.exitCode, run.errors(), sandbox.requests.length]).toEqual([0, [], streams.length]);
  for (const stream of streams) expectRows(run.records(stream), rowsOf(sandbox, stream));
});

test('after the first page what was read is saved, and the next sync brings the rest [STO-11]', async () => {
  const sandbox = await openStore();
  sandbox.failNext('error500', 100_000, ({ path, query }) => path === '/orders' && query.has('cursor'));
  const options = { streams: ['orders'], env: impatient };
  const failed = await sync(configFor(sandbox), options);
  expect([failed.exitCode, failed.statuses('orders')]).toEqual([1, ['STARTED', 'RUNNING', 'INCOMPLETE']]);
  expect(failed.records('orders').length).toBeGreaterThan(0);
  const mended = await openStore({ now: sandbox.startedAt });
  const next = await sync(configFor(mended), { ...options, state: failed });
  expect(next.exitCode).toBe(0);
  const all = heldAfter('orders', failed, next);
  expectRows(all, rowsOf(mended, 'orders'));
  expect(next.records('orders').length).toBeLessThan(all.length);
});

const refusals = { addresses: 400, charges: 402, customers: 403, discounts: 404, onetimes: 405, orders: 406 };
const more = {
  plans: 410,
  subscriptions: 415,
  accounts: 422,
  collections: 426,
  webhooks: 451,
  memberships: 501,
};
const redirects = {
  bundle_products: 'https://evil.example/orders',
  credit_accounts: 'http://127.0.0.1:1/orders',
  async_batches: 'http://[',
  gift_purchases: undefined,
};
const refused: readonly Failing[] = [
  ...Object.entries({ ...refusals, ...more }).map(
    ([stream, code]): Failing => [
      stream,
      { status: code, body: '{"errors":{"_schema":["the API says why"]}}' },
      new RegExp(`${stream}.*\\(${code}\\).*the API says why`),
    ],
  ),
  ...Object.entries(redirects).map(
    ([stream, location]): Failing => [
      stream,
      { status: 302, ...(location && { headers: { Location: location } }) },
      /302.*redirect.*api_url/,
    ],
  ),
];

describe('a refusal or a redirect is asked once [E-07]', async () => {
  const { run, asked, errorOf } = await syncOf(refused);

  test.each(refused)('%s: %j', (stream, _broken, words) => {
    expect([asked(stream), run.statuses(stream)]).toEqual([1, ['STARTED', 'INCOMPLETE']]);
    expect(errorOf(stream)).toMatchObject([{ message: expect.stringMatching(words) }]);
    expect(errorOf(stream)[0]?.failure_type).toMatch(/config_error|system_error/);
  });

  test('the sound one is COMPLETE', () => {
    expect([run.exitCode, run.statuses('store').at(-1)]).toEqual([1, 'COMPLETE']);
  });
});
