import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultKind, type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { FaultMatch, MadeAnswer } from '../../sandbox/http/faults.ts';
import { FAULT_KINDS } from '../../sandbox/options.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { expectRows, rowsOf, type StreamName } from './expectations.ts';
import { impatient } from './impatience.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ token: quickToken });
});
afterEach(() => sandbox.close());

const read = (streams: readonly StreamName[], more: { state?: Run } = {}) =>
  sync(configFor(sandbox), { streams, env: impatient, ...more });

const firstPage: FaultMatch = ({ path, query }) => path === '/orders' && !query.has('cursor');
const laterPage: FaultMatch = ({ path, query }) => path === '/orders' && query.has('cursor');
const asked = (path: string) => sandbox.requests.filter((request) => request.path === path).length;

const status = (code: number): MadeAnswer => ({ status: code, body: '{"error":"try again"}' });
/** Of the next requests, some end so. */
function spoil(fault: FaultKind | MadeAnswer, times: number, match: FaultMatch): void {
  if (typeof fault === 'string') sandbox.failNext(fault, times, match);
  else sandbox.answerNext(fault, times, match);
}

const passing: [string, FaultKind | MadeAnswer][] = [
  ...FAULT_KINDS.map((kind): [string, FaultKind] => [kind, kind]),
  ...[408, 409, 425, 429, 500, 502, 503, 504, 505, 520, 521, 522, 523, 524, 599].map(
    (code): [string, MadeAnswer] => [String(code), status(code)],
  ),
  ['200 without a body', { status: 200 }],
  ['200 with a list', { status: 200, body: '[]' }],
  ['200 that says gzip and is not', { status: 200, body: '{}', headers: { 'Content-Encoding': 'gzip' } }],
  [
    '200 whose gzip is cut off',
    {
      status: 200,
      body: gzipSync('{"orders":[]}').subarray(0, 20).toString('latin1'),
      headers: { 'Content-Encoding': 'gzip' },
    },
  ],
  ['204', { status: 204 }],
  ['429 with Retry-After: 0', { status: 429, headers: { 'Retry-After': '0' } }],
  [
    '503 with a date to come back',
    { status: 503, headers: { 'Retry-After': new Date(Date.now() + 3_000).toUTCString() } },
  ],
];

describe('what passes costs no row [E-12]', () => {
  test.each(passing)('%s', async (_name, fault) => {
    spoil(fault, 2, firstPage);
    spoil(fault, 1, laterPage);
    const run = await read(['orders']);
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
    const rows = rowsOf(sandbox, 'orders');
    // Requests that are halved meet at a second, whose rows may come from both.
    const records = new Map(run.records('orders').map((record) => [record['id'], record]));
    expectRows([...records.values()], rows);
    expect(asked('/orders')).toBeGreaterThan(4);
  });
});

describe('what stays fails its stream alone, within bounds [E-01]', () => {
  test.each<[string, FaultKind | MadeAnswer, RegExp]>([
    ['error503', 'error503', /503/],
    ['error504', 'error504', /504/],
    ['conflict409', 'conflict409', /409.*already in progress/],
    ['429', { status: 429, headers: { 'Retry-After': '0.1' } }, /too many requests.*429/],
    ['reset', 'reset', /the connection was cut/],
    ['truncated', 'truncated', /the connection/],
    ['aborted', 'aborted', /the connection/],
    ['stall', 'stall', /no answer in time/],
    ['stallBeforeHeaders', 'stallBeforeHeaders', /no answer in time/],
    ['notJson', 'notJson', /not a JSON object/],
    ['missingKey', 'missingKey', /has no "orders"/],
    ['520', status(520), /520/],
    ['a wait of a day', { status: 503, headers: { 'Retry-After': '86400' } }, /503/],
  ])('%s', async (_name, fault, words) => {
    spoil(fault, 100_000, '/orders');
    const run = await read(['orders', 'customers', 'store']);
    expect(run.statuses('orders').at(-1)).toBe('INCOMPLETE');
    expect(run.errors()).toEqual([
      {
        failure_type: 'transient_error',
        message: expect.stringMatching(words),
        internal_message: expect.stringMatching(/^GET \/orders: /),
        stack_trace: expect.any(String),
        stream_descriptor: { name: 'orders' },
      },
    ]);
    expect(run.errors()[0]?.message).toMatch(/[Tt]ry again/);
    expect(run.exitCode).toBe(1);
    expect([run.statuses('customers').at(-1), run.statuses('store').at(-1)]).toEqual([
      'COMPLETE',
      'COMPLETE',
    ]);
    expectRows(run.records('customers'), rowsOf(sandbox, 'customers'));
    expect(asked('/orders')).toBeLessThanOrEqual(80);
  });

  test('after the first page: what was read is saved, and the next sync brings the rest [STO-11]', async () => {
    sandbox.failNext('error500', 100_000, laterPage);
    const failed = await read(['orders']);
    expect([failed.exitCode, failed.statuses('orders')]).toEqual([1, ['STARTED', 'RUNNING', 'INCOMPLETE']]);
    expect(failed.records('orders').length).toBeGreaterThan(0);
    await sandbox.close();
    sandbox = await startSandbox({ token: quickToken, now: sandbox.startedAt });
    const next = await read(['orders'], { state: failed });
    expect(next.exitCode).toBe(0);
    const all = new Map(
      [...failed.records('orders'), ...next.records('orders')].map((row) => [row['id'], row]),
    );
    expectRows([...all.values()], rowsOf(sandbox, 'orders'));
    expect(next.records('orders').length).toBeLessThan(all.size);
  });
});

describe('a refusal is asked once (issue: never retried) [E-07]', () => {
  test.each([400, 402, 403, 404, 405, 406, 410, 415, 422, 426, 451, 501])('%d', async (code) => {
    sandbox.answerNext(
      { status: code, body: '{"errors":{"_schema":["the API says why"]}}' },
      100_000,
      '/orders',
    );
    const run = await read(['orders', 'discounts']);
    expect(asked('/orders')).toBe(1);
    expect(run.statuses('orders')).toEqual(['STARTED', 'INCOMPLETE']);
    const [error] = run.errors();
    expect(error?.message).toMatch(new RegExp(`orders.*\\(${code}\\).*the API says why`));
    expect(error?.failure_type).toMatch(/config_error|system_error/);
    expect([run.exitCode, run.statuses('discounts').at(-1)]).toEqual([1, 'COMPLETE']);
  });

  test.each([
    ['to another host', 'https://evil.example/orders'],
    ['to another port', 'http://127.0.0.1:1/orders'],
    ['to what is no URL', 'http://['],
    ['to nowhere', undefined],
  ])('a redirect %s', async (_name, location) => {
    sandbox.answerNext(
      { status: 302, ...(location && { headers: { Location: location } }) },
      100_000,
      '/orders',
    );
    const run = await read(['orders', 'discounts']);
    expect(asked('/orders')).toBe(1);
    expect(run.errors()).toMatchObject([{ message: expect.stringMatching(/302.*redirect.*api_url/) }]);
    expect([run.exitCode, run.statuses('discounts').at(-1)]).toEqual([1, 'COMPLETE']);
  });
});
