import { describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type SandboxOptions } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { RESOURCES } from '../resources.ts';
import { ask, shared, str } from './client.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const FIXED: SandboxOptions = { now: NOW, frozen: true };

const sandbox = await shared({ ...FIXED, bucketSize: 10_000 });

const time = (row: JsonObject, key: string): number => Date.parse(str(row[key]));

describe('a seed', () => {
  it('gives the same store byte for byte with the same clock', async () => {
    const paths = [
      '/orders?limit=250',
      '/charges?limit=250',
      '/events',
      '/metafields?owner_resource=charge',
      '/store',
    ];
    const twin = await startSandbox(FIXED);
    for (const path of paths) expect((await ask(twin, path)).text).toBe((await ask(sandbox, path)).text);
    for (const resource of RESOURCES) expect(twin.rows(resource)).toEqual(sandbox.rows(resource));
    await twin.close();
  });

  it('gives other rows than another seed', async () => {
    const other = await startSandbox({ ...FIXED, seed: 2 });
    for (const resource of RESOURCES) expect(other.rows(resource)).not.toEqual(sandbox.rows(resource));
    await other.close();
  });
});

describe('sizes', () => {
  it('are as asked, and bring enough parents for their children', async () => {
    const big = await startSandbox({ size: { orders: 3_000, discounts: 7 } });
    const counts = (resource: ResourceName): number => big.rows(resource).length;
    expect([counts('orders'), counts('discounts'), counts('charges')]).toEqual([3_000, 7, 3_900]);
    expect(counts('customers')).toBeGreaterThan(500);
    await big.close();
  });

  it('may be 0 for any resource', async () => {
    const nothing = Object.fromEntries(RESOURCES.map((name) => [name, 0]));
    const empty = await startSandbox({ size: nothing });
    for (const resource of RESOURCES) expect(empty.rows(resource)).toEqual([]);
    expect(
      (await ask(empty, '/charges?sort_by=updated_at-asc&updated_at_min=2020-01-01')).body['charges'],
    ).toEqual([]);
    expect(empty.create('orders')['id']).toBeGreaterThan(0);
    expect(empty.served('/orders')).toHaveLength(1);
    await empty.close();
    const orphans = await startSandbox({
      size: { ...nothing, orders: 30, metafields: 30, memberships: 9, addresses: 4 },
    });
    expect(orphans.served('/orders')).toHaveLength(30);
    await orphans.close();
  });

  it('are refused where they are no whole numbers from 0 on', async () => {
    await expect(startSandbox({ size: { orders: -1 } })).rejects.toThrow(RangeError);
    await expect(startSandbox({ size: { orders: 1.5 } })).rejects.toThrow(RangeError);
    await expect(startSandbox({ size: { cats: 1 } as object })).rejects.toThrow('No such resource: cats');
  });
});

describe('times', () => {
  it('lie in the past, updated_at not before created_at but for seconds in payment methods', () => {
    for (const resource of RESOURCES) {
      if (resource === 'events' || resource === 'metafields' || resource === 'products') continue;
      for (const row of sandbox.rows(resource)) {
        if (typeof row['updated_at'] !== 'string') continue;
        const early = time(row, 'created_at') - time(row, 'updated_at');
        expect(early).toBeLessThanOrEqual(resource === 'payment_methods' ? 7_000 : 0);
        expect(time(row, 'updated_at')).toBeLessThanOrEqual(
          NOW.getTime() + 86_400_000 * Number(/^[^+Z]*$/.test(str(row['updated_at']))),
        );
      }
    }
    const early = sandbox
      .rows('payment_methods')
      .filter((row) => time(row, 'updated_at') < time(row, 'created_at'));
    expect(early.length).toBeGreaterThan(3);
  });

  it('give many rows the same second, more discounts than a page holds', () => {
    const largest = (resource: ResourceName): number => {
      const seconds = new Map<unknown, number>();
      for (const row of sandbox.rows(resource))
        seconds.set(row['updated_at'], (seconds.get(row['updated_at']) ?? 0) + 1);
      return Math.max(...seconds.values());
    };
    expect(largest('discounts')).toBeGreaterThan(250);
    for (const resource of ['orders', 'charges', 'customers', 'subscriptions', 'products'] as const) {
      expect(largest(resource)).toBeGreaterThan(2);
    }
  });
});
