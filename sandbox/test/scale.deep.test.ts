import { describe, expect, it } from 'vitest';
import { startSandbox } from '../index.ts';
import { ask, idsOf, str } from './client.ts';

const MEGABYTE = 1e6;

/** Milliseconds of processor time since `from`: other work on the machine does not add to them. */
function spent(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

describe('size', () => {
  it('opens 100,000 orders at once and serves a page of 250 in a fraction of a second at any depth', async () => {
    const from = process.cpuUsage();
    const sandbox = await startSandbox({ size: { orders: 100_000 }, bucketSize: 1e6 });
    const first = await ask(sandbox, '/orders?limit=250&sort_by=updated_at-asc');
    expect(spent(from)).toBeLessThan(5_000);
    expect(idsOf(first)).toHaveLength(250);
    const before = process.cpuUsage();
    let cursor = str(first.body['next_cursor']);
    for (let page = 0; page < 40; page += 1) {
      const next = await ask(sandbox, `/orders?limit=250&cursor=${cursor}`);
      cursor = str(next.body['next_cursor']);
    }
    expect(spent(before) / 40).toBeLessThan(100);
    await sandbox.close();
  });

  it('keeps its memory while a million charges are read', async () => {
    const sandbox = await startSandbox({
      size: { charges: 1_000_000 },
      bucketSize: 1e6,
      cacheMb: 8,
      chargeWindowDays: null,
    });
    const first = await ask(sandbox, '/charges?limit=250&sort_by=updated_at-asc&updated_at_min=2000-01-01');
    expect(Buffer.byteLength(first.text) / 250).toBeGreaterThan(2_500);
    expect((await ask(sandbox, '/charges/count', '2021-01')).body['count']).toBe(1_000_000);
    const { rss } = process.memoryUsage();
    for (let page = 0; page < 60; page += 1) {
      const at = new Date(Date.now() - page * 12 * 86_400_000).toISOString();
      await ask(sandbox, `/charges?limit=250&sort_by=updated_at-desc&updated_at_max=${at}`);
    }
    expect((process.memoryUsage().rss - rss) / MEGABYTE).toBeLessThan(150);
    await sandbox.close();
  });
});
