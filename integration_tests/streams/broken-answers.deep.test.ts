import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../../sandbox/options.ts';
import { type Broken, packed, spoil, status } from './broken-answers.fixture.ts';
import { configFor, openStore, sync } from './connection.ts';
import { expectRows, heldAfter, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

const passing: readonly Broken[] = [
  ...FAULT_KINDS,
  ...[408, 409, 425, 429, 500, 502, 503, 504, 505, 520, 521, 522, 523, 524, 599].map((code) => status(code)),
  { status: 200 },
  { status: 200, body: '[]' },
  packed('gzip', '{}'),
  packed('gzip', gzipSync('{"orders":[]}').subarray(0, 20)),
  { status: 204 },
  status(429, { 'Retry-After': '0' }),
  status(503, { 'Retry-After': new Date(Date.now() + 3_000).toUTCString() }),
];

test('what passes costs no row, whatever it is and however often it comes [E-12]', async () => {
  const sandbox = await openStore({ size: { orders: 8_000 } });
  const asked = () => sandbox.requests.filter(({ path }) => path === '/orders').length;
  // One request in two fails, each in another way.
  for (const broken of passing)
    spoil(sandbox, broken, 1, ({ path }) => path === '/orders' && asked() % 2 === 0);
  const run = await sync(configFor(sandbox), { streams: ['orders'], env: impatient });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expectRows(heldAfter('orders', run), rowsOf(sandbox, 'orders'));
  const told = run.logs().filter((line) => line.includes('asking again'));
  expect(told.length).toBeGreaterThanOrEqual(passing.length);
});
