import { describe, expect, it } from 'vitest';
import { startSandbox } from '../index.ts';
import { FROZEN, str } from './client.ts';

describe('times', () => {
  it('spread orders and charges over three years with empty months and a sale day with a tenth of all', async () => {
    const big = await startSandbox({ ...FROZEN, size: { orders: 5_000 } });
    for (const [resource, key] of [
      ['orders', 'updated_at'],
      ['charges', 'updated_at'],
    ] as const) {
      const days = new Map<string, number>();
      for (const row of big.rows(resource)) {
        const day = str(row[key]).slice(0, 10);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
      const total = big.rows(resource).length;
      const [[saleDay, most] = ['', 0]] = [...days].toSorted(([, a], [, b]) => b - a);
      expect(most / total).toBeGreaterThan(0.1);
      expect(saleDay).toBe('2026-01-24');
      const year = (text: string): number =>
        [...days].filter(([day]) => day.startsWith(text)).reduce((sum, [, rows]) => sum + rows, 0);
      expect(year('2023')).toBeGreaterThan(0);
      expect(year('2023') / total).toBeLessThan(0.1);
      const dates = [...days.keys()].toSorted((a, b) => (a < b ? -1 : 1)).map((day) => Date.parse(day));
      const gaps = dates.slice(1).map((date, at) => (date - (dates[at] as number)) / 86_400_000);
      expect(Math.max(...gaps)).toBeGreaterThan(60);
    }
    await big.close();
  });
});
