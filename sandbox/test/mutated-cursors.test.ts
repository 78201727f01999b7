import { describe, expect, it } from 'vitest';
import { ask, idsOf, pages, str } from './client.ts';
import { idAt, start } from './frozen.ts';

// docs/recharge-api.md#cursors
describe('pages of a list whose rows change', () => {
  it('are unaffected in order of id, and skip changed rows in descending order of updated_at', async () => {
    const steady = await start();
    let ids: number[] = [];
    await pages(steady, '/orders', 100, (page) => {
      ids.push(...idsOf(page));
      steady.update('orders', idAt(steady, 'orders', 2));
    });
    expect([new Set(ids).size, ids.length]).toEqual([500, 500]);
    const moving = await start();
    const last = idsOf(await ask(moving, '/orders?sort_by=updated_at-asc&limit=1'))[0] as number;
    ids = [];
    await pages(moving, '/orders?sort_by=updated_at-desc', 100, (page) => {
      ids.push(...idsOf(page));
      moving.update('orders', last);
    });
    expect(ids).not.toContain(last);
  });

  it('skip a row when they are numbered and an earlier row is deleted', async () => {
    const sandbox = await start();
    const first = idsOf(await ask(sandbox, '/products?limit=100&page=1', '2021-01'));
    sandbox.remove('products', first[0] as number);
    const second = idsOf(await ask(sandbox, '/products?limit=100&page=2', '2021-01'));
    const third = idsOf(await ask(sandbox, '/products?limit=100&page=3', '2021-01'));
    expect(new Set([...first, ...second, ...third]).size).toBe(299);
  });

  it('go on from the place of a cursor whose row was deleted', async () => {
    const sandbox = await start();
    const page = await ask(sandbox, '/orders?limit=5&sort_by=updated_at-asc');
    const expected = idsOf(await ask(sandbox, '/orders?limit=10&sort_by=updated_at-asc')).slice(5);
    sandbox.remove('orders', idsOf(page)[4] as number);
    const next = await ask(sandbox, `/orders?limit=5&cursor=${str(page.body['next_cursor'])}`);
    expect(idsOf(next)).toEqual(expected);
  });
});
