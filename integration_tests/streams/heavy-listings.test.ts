import { expect, test } from 'vitest';
import { type ResourceName, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { type Config, configFor, sync, openStore } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** What the API cannot make in time, in the other kinds of listing (docs/recharge-api.md#slow-answers). */
let sandbox: Sandbox;

async function readWhole(stream: ResourceName, options: SandboxOptions, more: Config = {}): Promise<void> {
  // Ahead of the machine, so that no event grows too old between reading and comparing.
  const ahead = new Date(Date.now() + 600_000);
  sandbox = await openStore({ frozen: true, now: ahead, ...options });
  const run = await sync(configFor(sandbox, more), { streams: [stream], env: impatient });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  const ids = (rows: readonly { readonly id?: unknown }[]) => new Set(rows.map(({ id }) => Number(id)));
  // A sandbox that cannot make a page cannot make it for us, either.
  const rows = options.heavyPageRows === undefined ? rowsOf(sandbox, stream) : sandbox.rows(stream);
  expect(ids(run.records(stream))).toEqual(ids(rows));
}

const refused = () => sandbox.requests.filter(({ status }) => status === 504).length;

test.each(['bundle_selections', 'credit_accounts', 'credit_adjustments', 'events'] as const)(
  '%s, which the API filters and does not sort, are asked for in parts of the time',
  (stream) => readWhole(stream, { size: { [stream]: 900 }, heavyWindowRows: 300 }),
);

test('products, whose pages are numbered, come in smaller pages', async () => {
  await readWhole('products', { size: { products: 600 }, heavyPageRows: 125 });
  expect(refused()).toBe(1);
});

test('orders of version 2021-01 come in smaller pages', async () => {
  await readWhole(
    'orders',
    { size: { orders: 900 }, heavyPageRows: 125 },
    { use_orders_deprecated_api: true },
  );
  expect(refused()).toBeLessThan(5);
});

test('a page that is too heavy is not found so by each part of a listing', async () => {
  await readWhole('orders', { size: { orders: 3_000 }, heavyPageRows: 125, latencyMs: 50 });
  // One at the beginning, and one for each time that a larger page is tried again, ever more seldom.
  expect(refused()).toBeLessThan(8);
});
