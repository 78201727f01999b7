import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../index.ts';
import { ask, errorsOf, FROZEN, idsOf, listOf, pages, roomy, shared, sorted, str } from './client.ts';

const sandbox = await shared(FROZEN);

// docs/recharge-api.md#page-size
describe('page size', () => {
  it('is 50 without a limit, and from 1 to 250 with one', async () => {
    expect(idsOf(await ask(sandbox, '/orders'))).toHaveLength(50);
    expect(idsOf(await ask(sandbox, '/orders?limit=1'))).toHaveLength(1);
    expect(idsOf(await ask(sandbox, '/orders?limit=250'))).toHaveLength(250);
  });

  it.each(['0', '251', '-1', 'ten', '', '1.5'])('refuses limit=%s', async (limit) => {
    const answer = await ask(sandbox, `/orders?limit=${limit}`);
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['limit']]);
  });
});

// docs/recharge-api.md#order
describe('order', () => {
  it('is by descending id without sort_by', async () => {
    const ids = idsOf(await ask(sandbox, '/orders?limit=250'));
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  });

  it('is by id among equal values, in the direction of the sort', async () => {
    for (const direction of [1, -1]) {
      const rows = (
        await pages(sandbox, `/discounts?sort_by=updated_at-${direction === 1 ? 'asc' : 'desc'}`, 100)
      ).flatMap(listOf);
      const keys = rows.map((row) => [row['updated_at'] as string, row['id'] as number] as const);
      const expected = keys.toSorted(([a, b], [c, d]) => direction * (a === c ? b - d : a < c ? -1 : 1));
      expect(keys).toEqual(expected);
      expect(new Set(keys.map(([at]) => at)).size).toBeLessThan(keys.length / 2);
    }
  });

  it.each([
    '/orders?sort_by=total_price-asc',
    '/orders?sort_by=updated_at',
    '/addresses?sort_by=created_at-asc',
    '/payment_methods?sort_by=id-asc',
    '/payment_methods?sort_by=updated_at-asc',
    '/events?sort_by=created_at-asc',
    '/accounts?sort_by=id-asc',
    '/credit_accounts?sort_by=updated_at-asc',
  ])('%s is refused', async (path) => {
    const answer = await ask(sandbox, path);
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['sort_by']]);
  });

  it('puts nulls first in ascending order, and cursors lead past them', async () => {
    const rows = (await pages(sandbox, '/credit_accounts?sort_by=expires_at-asc', 7)).flatMap(listOf);
    const ends = rows.map((row) => (row['expires_at'] as string | null) ?? '');
    expect(ends).toEqual(sorted(ends));
    expect(ends.filter((end) => end === '').length).toBeGreaterThan(7);
    expect(rows).toHaveLength(40);
  });
});

// docs/recharge-api.md#envelopes
describe('envelopes', () => {
  it('of 2021-11 hold the cursors, null at the ends, then the list', async () => {
    const found = await pages(sandbox, '/customers', 50);
    expect(found.map(({ body }) => Object.keys(body))).toEqual(
      Array.from({ length: 3 }, () => ['next_cursor', 'previous_cursor', 'customers']),
    );
    expect(found.map(({ body }) => [body['previous_cursor'] !== null, body['next_cursor'] !== null])).toEqual(
      [
        [false, true],
        [true, true],
        [true, false],
      ],
    );
  });

  it('lead back by previous_cursor', async () => {
    const [first, second, third] = await pages(sandbox, '/orders?sort_by=updated_at-asc', 30);
    const back = await ask(sandbox, `/orders?limit=30&cursor=${str(third?.body['previous_cursor'])}`);
    expect(idsOf(back)).toEqual(second && idsOf(second));
    const start = await ask(sandbox, `/orders?limit=30&cursor=${str(back.body['previous_cursor'])}`);
    expect(idsOf(start)).toEqual(first && idsOf(first));
    expect(start.body['previous_cursor']).toBeNull();
    const onward = await ask(sandbox, `/orders?limit=30&cursor=${str(start.body['next_cursor'])}`);
    expect(idsOf(onward)).toEqual(second && idsOf(second));
  });

  it('of 2021-01 hold the list alone, with an absolute URL in Link', async () => {
    const seen: number[] = [];
    let path: string | undefined = '/products?limit=100';
    let requests = 0;
    while (path !== undefined) {
      const answer = await ask(sandbox, path, '2021-01');
      expect(Object.keys(answer.body)).toEqual(['products']);
      seen.push(...idsOf(answer));
      const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
      expect(link === undefined || link.startsWith(`${sandbox.url}/products?`)).toBe(true);
      path = link?.slice(sandbox.url.length);
      requests += 1;
    }
    expect([new Set(seen).size, seen.length, requests]).toEqual([300, 300, 3]);
  });

  it('have a Link with a cursor of either name, with page numbers or none, as linkStyle says', async () => {
    const linkOf = async (other: Sandbox) => {
      const answer = await ask(other, '/orders?limit=2&status=success', '2021-01');
      return /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
    };
    const byInfo = await roomy({ linkStyle: 'page_info' });
    const link = (await linkOf(byInfo)) ?? '';
    expect(new URL(link).searchParams.has('page_info')).toBe(true);
    expect(idsOf(await ask(byInfo, link.slice(byInfo.url.length), '2021-01'))).toHaveLength(2);
    const byPage = await roomy({ linkStyle: 'page' });
    expect(await linkOf(byPage)).toBe(`${byPage.url}/orders?limit=2&status=success&page=2`);
    expect(await linkOf(await roomy({ linkStyle: 'none' }))).toBeUndefined();
  });

  it('end an exactly full last page with null, or with a cursor to an empty page when fullLastPage says so', async () => {
    const found = await pages(sandbox, '/orders', 250);
    expect(found.map((page) => idsOf(page).length)).toEqual([250, 250]);
    const other = await roomy({ fullLastPage: 'cursor' });
    const more = await pages(other, '/orders', 250);
    expect(more.map((page) => idsOf(page).length)).toEqual([250, 250, 0]);
  });

  it('hold an empty list, with 200, where nothing matches', async () => {
    const answer = await ask(sandbox, '/orders?customer_id=1');
    expect([answer.status, answer.body]).toEqual([
      200,
      { next_cursor: null, previous_cursor: null, orders: [] },
    ]);
  });
});

// docs/recharge-api.md#counts
describe('counts', () => {
  it('follow the filters in 2021-01, and have no path in 2021-11', async () => {
    expect((await ask(sandbox, '/orders/count', '2021-01')).body).toEqual({ count: 500 });
    const queued = sandbox.rows('orders').filter((row) => row['status'] === 'queued').length;
    expect((await ask(sandbox, '/orders/count?status=queued', '2021-01')).body).toEqual({ count: queued });
    expect((await ask(sandbox, '/orders/count')).status).toBe(404);
  });
});
