import { expect } from 'vitest';
import { configFor, cursorOf, openStore, sync, utc } from './connection.ts';

export const minute = 60_000;

/** The cursor stays so many minutes behind the clock, and not before the first day. */
export async function expectSettled(settling_minutes: number): Promise<void> {
  const sandbox = await openStore();
  const changed = sandbox.update('orders', Number(sandbox.rows('orders')[0]?.['id']));
  const run = await sync(configFor(sandbox, { settling_minutes }), { streams: ['orders'] });
  const cursor = cursorOf(run, 'orders');
  const earliest = Date.parse(`${sandbox.firstDay}T00:00:00Z`);
  expect(cursor).toBeLessThanOrEqual(Math.max(earliest, Date.now() - settling_minutes * minute));
  if (settling_minutes === 0) expect(utc(cursor)).toBe(changed['updated_at']);
  if (settling_minutes > 1) expect(cursor).toBe(earliest);
}
