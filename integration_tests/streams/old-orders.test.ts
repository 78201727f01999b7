import { describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { configFor, openStore, sync } from './connection.ts';
import { expectOneRequestOver, expectWholeOver, old, requestsFor, served } from './old-orders.fixture.ts';

describe('orders with use_orders_deprecated_api', () => {
  test.each(['cursor', 'none'] as const)(
    'come whole in the shape of 2021-01, whatever leads from page to page: %s',
    expectWholeOver,
  );

  test('nothing new costs one request, though the youngest are read again (links: none)', () =>
    expectOneRequestOver('none'));

  test('are discovered as such', async () => {
    const sandbox = await openStore();
    const fields = async (config: object) => {
      const [catalog] = (await runConnector(['discover'], { files: { config } })).of('CATALOG');
      const orders = catalog?.catalog.streams.find(({ name }) => name === 'orders');
      return Object.keys(orders?.json_schema['properties'] as object);
    };
    const declared = await fields(old(sandbox));
    expect(declared).toContain('shopify_order_id');
    const sent = new Set(served(sandbox).flatMap((row) => Object.keys(row)));
    expect([...sent].filter((name) => !declared.includes(name))).toEqual([]);
    expect(await fields(configFor(sandbox))).toContain('external_order_id');
  });

  test('go on from a state of the other version, and of the official connector', async () => {
    const sandbox = await openStore({ size: { orders: 600 } });
    const first = await sync(configFor(sandbox), { streams: ['orders'] });
    const second = await sync(old(sandbox), { streams: ['orders'], state: first });
    expect(second.records('orders').length).toBeLessThan(10);
    expect(requestsFor(sandbox).at(-1)?.query).toContain('updated_at_min');
    const naive = served(sandbox)[300]?.['updated_at'];
    const third = await sync(old(sandbox), {
      streams: ['orders'],
      state: { orders: { updated_at: String(naive) } },
    });
    expect(third.exitCode).toBe(0);
    expect(third.records('orders').some(({ updated_at }) => updated_at === naive)).toBe(true);
  });
});
