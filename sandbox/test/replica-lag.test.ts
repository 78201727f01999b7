import { describe, expect, it } from 'vitest';
import { ask, str } from './client.ts';
import { idAt, start } from './frozen.ts';

// docs/recharge-api.md#updates
describe('replica lag', () => {
  it('shows each write late, by a lag of its own below the limit', async () => {
    const sandbox = await start({ replicaLagSeconds: 600 });
    const ids = sandbox
      .rows('orders')
      .slice(0, 40)
      .map((row) => row['id'] as number);
    for (const id of ids) sandbox.update('orders', id, { note: 'late' });
    const made = sandbox.create('orders');
    sandbox.remove('orders', idAt(sandbox, 'orders', 100));
    const late = (): number => sandbox.served('/orders').filter((row) => row['note'] === 'late').length;
    expect(sandbox.rows('orders').filter((row) => row['note'] === 'late')).toHaveLength(40);
    expect(late()).toBeLessThan(5);
    sandbox.advance(300_000);
    const half = late();
    expect(half).toBeGreaterThan(8);
    expect(half).toBeLessThan(32);
    sandbox.advance(300_000);
    expect(late()).toBe(40);
    expect((await ask(sandbox, `/orders/${str(made['id'] as number)}`)).status).toBe(200);
    expect(sandbox.served('/orders')).toHaveLength(500);
    const shown = sandbox.served(`/orders?ids=${ids[0]}`)[0];
    expect(shown?.['updated_at']).toBe('2026-02-10T12:00:00+00:00');
  });

  it('never shows an older write after a newer one', async () => {
    const sandbox = await start({ replicaLagSeconds: 100 });
    const id = idAt(sandbox, 'orders', 5);
    const notes: string[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      sandbox.update('orders', id, { note: String(turn) });
      sandbox.advance(10_000);
      notes.push(str(sandbox.served(`/orders?ids=${id}`)[0]?.['note']));
    }
    const numbers = notes.map(Number).filter((number) => !Number.isNaN(number));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBeGreaterThan(5);
    sandbox.advance(100_000);
    expect(sandbox.served(`/orders?ids=${id}`)[0]?.['note']).toBe('29');
  });
});
