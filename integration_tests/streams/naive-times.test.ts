import { describe, expect, test } from 'vitest';
import { configFor, cursorOf, openStore, sync, utc } from './connection.ts';
import { expectRows, heldAfter, rowsOf } from './expectations.ts';

const minute = 60_000;
const streams = ['metafields_customer', 'products'] as const;

// docs/recharge-api.md#times
describe.each(['eastern', 'utc'] as const)('where the times of metafields are really %s', (naiveTimes) => {
  test('two syncs together hold every change, and the cursor never passes now minus 30 minutes', async () => {
    const sandbox = await openStore({ naiveTimes });
    const change = (index: number) => {
      sandbox.update('metafields', Number(rowsOf(sandbox, 'metafields_customer')[index]?.['id']));
      sandbox.update('products', Number(rowsOf(sandbox, 'products')[index]?.['id']));
    };
    change(0);
    const first = await sync(configFor(sandbox), { streams });
    for (const stream of streams)
      expect(cursorOf(first, stream)).toBeLessThanOrEqual(Date.now() - 30 * minute);
    change(1);
    const second = await sync(configFor(sandbox), { streams, state: first });
    for (const stream of streams) {
      expectRows(heldAfter(stream, first, second), rowsOf(sandbox, stream));
      expect(second.records(stream).length).toBeLessThan(first.records(stream).length);
      for (const { updated_at } of second.records(stream))
        expect(updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(utc(cursorOf(second, stream))).toBe(second.lastState(stream)?.['updated_at']);
    }
  });
});
