import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { expectNoPage, expectNotHeldUp } from './hostile-answers.fixture.ts';

/** What an API sends that is no API any more: bounds hold, and nothing is lost or shown. */
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ token: quickToken });
});
afterEach(() => sandbox.close());

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

// src/recharge/retry.test.ts has other forms.
test('an API that wants to be left alone for years, by Retry-After, fails what waits as transient', async () => {
  const headers = { 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' };
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
});

// src/recharge/limiter.test.ts has others.
test('a rate limit of NaN holds no stream up', () => expectNotHeldUp(sandbox, 'NaN'));

test('an error body of 100,000 levels is a refusal like any other, and asked again where that may help', async () => {
  const body = `{"errors":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;
  sandbox.answerNext({ status: 500, body }, 1, ({ path }) => path === '/orders');
  const run = await sync(configFor(sandbox), { streams: ['orders'] });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
});

test('what is no UTF-8, and half of a character, is replaced, with a WARN of columns and counts', async () => {
  const texts = [
    { note: 'caf\u00e9 \uFFFD', tags: 'fine' },
    { note: 'LATIN1', tags: '\uD83D half' },
    { note: 'LATIN1', tags: 'LATIN1' },
  ];
  const orders = texts.map((more, id) => ({ id, updated_at: '2024-05-01T10:00:00+00:00', ...more }));
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

test('an answer of 206 is no page, and is named', () =>
  expectNoPage(sandbox, 206, /is a part, where the whole was asked for/));
