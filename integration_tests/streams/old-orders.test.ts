import { describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, openStore, sync } from './connection.ts';
import { expectRows, heldAfter } from './expectations.ts';
import { type ApiRow } from './front.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
  sandbox = await openStore(options);
};
const deprecated = { use_orders_deprecated_api: true };
const old = () => configFor(sandbox, deprecated);

/** Every row, by number where no link leads on. */
function served(): readonly ApiRow[] {
  const rows = new Map<unknown, ApiRow>();
  for (let page = 1; ; page++) {
    const found = sandbox.served(`/orders?page=${page}`, '2021-01');
    for (const row of found) rows.set(row['id'], row);
    if (found.length < 250) return [...rows.values()];
  }
}
const requests = () => sandbox.requests.filter(({ path }) => path === '/orders');

/** `is_prepaid` comes as 0 or 1 and goes out as a boolean. */
const asSent = (row: ApiRow): ApiRow => ({ ...row, is_prepaid: Number(row['is_prepaid']) });

function expectWhole(...runs: readonly Run[]): void {
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
  expectRows(heldAfter('orders', ...runs).map(asSent), served().map(asSent));
}

describe('orders with use_orders_deprecated_api', () => {
  test.each(['cursor', 'page_info', 'page', 'none'] as const)(
    'come whole in the shape of 2021-01, whatever leads from page to page: %s',
    async (linkStyle) => {
      await start({ linkStyle, size: { orders: 1_300 } });
      const run = await sync(old(), { streams: ['orders'] });
      expectWhole(run);
      // Nothing had to be changed, and no field is unknown.
      expect(run.stdout).not.toContain('"changes"');
      expect(run.warnings()).toEqual([]);
      expect(requests().every(({ version, status }) => version === '2021-01' && status === 200)).toBe(true);
      expect(requests().some(({ query }) => /page|cursor/.test(query))).toBe(false);
      // A row or a few come twice where a page begins in the second the last one ended in.
      expect(run.records('orders').length).toBeLessThan(1_340);
      expect(requests().length).toBeLessThan(12);
    },
  );

  test.each(['cursor', 'none'] as const)(
    'nothing new costs one request, though the youngest are read again (links: %s)',
    async (linkStyle) => {
      await start({ linkStyle, size: { orders: 300 } });
      const young = sandbox.rows('orders').slice(0, 3);
      for (const { id } of young) sandbox.update('orders', Number(id));
      const first = await sync(old(), { streams: ['orders'] });
      const until = requests().length;
      const second = await sync(old(), { streams: ['orders'], state: first });
      expect(second.records('orders').length).toBeGreaterThanOrEqual(young.length);
      expect(requests().slice(until)).toHaveLength(1);
    },
  );

  test('are discovered as such', async () => {
    await start();
    const fields = async (config: object) => {
      const [catalog] = (await runConnector(['discover'], { files: { config } })).of('CATALOG');
      const orders = catalog?.catalog.streams.find(({ name }) => name === 'orders');
      return Object.keys(orders?.json_schema['properties'] as object);
    };
    const declared = await fields(old());
    expect(declared).toContain('shopify_order_id');
    const sent = new Set(served().flatMap((row) => Object.keys(row)));
    expect([...sent].filter((name) => !declared.includes(name))).toEqual([]);
    expect(await fields(configFor(sandbox))).toContain('external_order_id');
  });

  test('go on from a state of the other version, and of the official connector', async () => {
    await start({ size: { orders: 600 } });
    const first = await sync(configFor(sandbox), { streams: ['orders'] });
    const second = await sync(old(), { streams: ['orders'], state: first });
    expect(second.records('orders').length).toBeLessThan(10);
    expect(requests().at(-1)?.query).toContain('updated_at_min');
    const naive = served()[300]?.['updated_at'];
    const third = await sync(old(), {
      streams: ['orders'],
      state: { orders: { updated_at: String(naive) } },
    });
    expect(third.exitCode).toBe(0);
    expect(third.records('orders').some(({ updated_at }) => updated_at === naive)).toBe(true);
  });
});
