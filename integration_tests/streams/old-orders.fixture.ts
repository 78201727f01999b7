import { expect } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../sandbox/index.ts';
import { configFor, openStore, sync } from './connection.ts';
import { expectRows, heldAfter } from './expectations.ts';
import type { ApiRow } from './front.ts';

type LinkStyle = NonNullable<SandboxOptions['linkStyle']>;

export const old = (sandbox: Sandbox) => configFor(sandbox, { use_orders_deprecated_api: true });

/** Every row, by number where no link leads on. */
export function served(sandbox: Sandbox): readonly ApiRow[] {
  const rows = new Map<unknown, ApiRow>();
  for (let page = 1; ; page++) {
    const found = sandbox.served(`/orders?page=${page}`, '2021-01');
    for (const row of found) rows.set(row['id'], row);
    if (found.length < 250) return [...rows.values()];
  }
}
export const requestsFor = (sandbox: Sandbox) => sandbox.requests.filter(({ path }) => path === '/orders');

/** `is_prepaid` comes as 0 or 1 and goes out as a boolean. */
const asSent = (row: ApiRow): ApiRow => ({ ...row, is_prepaid: Number(row['is_prepaid']) });

/** All orders come in the shape of 2021-01, in few requests. */
export async function expectWholeOver(linkStyle: LinkStyle): Promise<void> {
  const sandbox = await openStore({ linkStyle, size: { orders: 1_300 } });
  const run = await sync(old(sandbox), { streams: ['orders'] });
  expect(run.exitCode).toBe(0);
  expectRows(heldAfter('orders', run).map(asSent), served(sandbox).map(asSent));
  // Nothing had to be changed, and no field is unknown.
  expect(run.stdout).not.toContain('"changes"');
  expect(run.warnings()).toEqual([]);
  const requests = requestsFor(sandbox);
  expect(requests.every(({ version, status }) => version === '2021-01' && status === 200)).toBe(true);
  expect(requests.some(({ query }) => /page|cursor/.test(query))).toBe(false);
  // A row or a few come twice where a page begins in the second the last one ended in.
  expect(run.records('orders').length).toBeLessThan(1_340);
  expect(requests.length).toBeLessThan(12);
}

/** Where there is nothing new, one request is enough. */
export async function expectOneRequestOver(linkStyle: LinkStyle): Promise<void> {
  const sandbox = await openStore({ linkStyle, size: { orders: 300 } });
  const young = sandbox.rows('orders').slice(0, 3);
  for (const { id } of young) sandbox.update('orders', Number(id));
  const first = await sync(old(sandbox), { streams: ['orders'] });
  const until = requestsFor(sandbox).length;
  const second = await sync(old(sandbox), { streams: ['orders'], state: first });
  expect(second.records('orders').length).toBeGreaterThanOrEqual(young.length);
  expect(requestsFor(sandbox).slice(until)).toHaveLength(1);
}
