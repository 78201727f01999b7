import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, openStore, sync, syncThrough } from './connection.ts';
import { expectRows, heldAfter, rowsOf, unsorted } from './expectations.ts';
import { type Answer, type Change, json } from './front.ts';
import { impatient } from './impatience.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions) => {
  sandbox = await openStore(options);
};
const productQueries = () =>
  sandbox.requests
    .filter(({ path }) => path === '/products')
    .map(({ query }) => Object.fromEntries(new URLSearchParams(query)));

describe('stopped in the middle, a listing in no order saves nothing', () => {
  const size = { bundle_products: 600, collections: 600, metafields: 3_000, products: 600 };

  test('and the next sync has every row', async () => {
    await start({ size, latencyMs: ({ query }) => (query.has('cursor') ? 5_000 : 0) });
    const seen = new Set<string>();
    const every = new Set<string>(unsorted);
    const stopped = await sync(configFor(sandbox), {
      streams: unsorted,
      onLine: (line, child) => {
        const stream = /^{"type":"RECORD","record":{"stream":"(\w+)"/.exec(line)?.[1];
        if (stream === undefined || seen.has(stream)) return;
        seen.add(stream);
        if (every.isSubsetOf(seen)) child.kill();
      },
    });
    expect(stopped.signal).toBe('SIGTERM');
    for (const stream of unsorted) {
      expect(stopped.states(stream)).toEqual([]);
      expect(stopped.records(stream).length).toBeGreaterThan(0);
      expect(stopped.statuses(stream).at(-1)).toBe('INCOMPLETE');
    }
    sandbox.setLatency(0);
    const next = await sync(configFor(sandbox), { streams: unsorted, state: stopped });
    for (const stream of unsorted) expectRows(next.records(stream), rowsOf(sandbox, stream));
  });
});

test('a row that changes on a page gone by is in the next sync: the cursor stops at the first request', async () => {
  await start({ size: { products: 600 } });
  const ids = sandbox.rows('products').map(({ id }) => Number(id));
  const changing: Change = async ({ query }, pass) => {
    const page = await pass();
    if (query.has('cursor')) return page;
    sandbox.update('products', ids.at(-1) ?? 0, { title: 'changed on a page gone by' });
    await sleep(1_100);
    sandbox.update('products', ids[0] ?? 0, { title: 'changed on a page to come' });
    return page;
  };
  const unsettled = { settling_minutes: 0 };
  const first = await syncThrough(sandbox, changing, { streams: ['products'] }, unsettled);
  const second = await sync(configFor(sandbox, unsettled), { streams: ['products'], state: first });
  expectRows(heldAfter('products', first, second), rowsOf(sandbox, 'products'));
  expect(second.records('products').length).toBeLessThan(10);
});

// docs/recharge-api.md#page-numbers
describe('products, page by page', () => {
  const rows = 600;

  test.each([
    ['cursor', [{ limit: '250' }, { limit: '250', cursor: expect.any(String) }]],
    ['page_info', [{ limit: '250' }, { limit: '250', page_info: expect.any(String) }]],
    ['page', [{ limit: '250' }, { limit: '250', page: '2' }]],
  ] as const)('follows a Link with %s', async (linkStyle, [first, second]) => {
    await start({ size: { products: rows }, linkStyle });
    const run = await sync(configFor(sandbox), { streams: ['products'] });
    expectRows(run.records('products'), rowsOf(sandbox, 'products'));
    expect(productQueries().slice(0, 2)).toEqual([first, second]);
    expect(productQueries()).toHaveLength(3);
  });

  test.each([rows, 500])('counts %d rows without a Link, to the first empty page', async (products) => {
    await start({ size: { products }, linkStyle: 'none' });
    const run = await sync(configFor(sandbox), { streams: ['products'] });
    expect(run.records('products')).toHaveLength(products);
    expect(new Set(run.records('products').map(({ id }) => id)).size).toBe(products);
    expect(productQueries().map(({ page }) => page)).toEqual(
      [undefined, '2', '3', '4'].slice(0, Math.ceil(products / 250) + 1),
    );
  });
});

// docs/recharge-api.md#page-numbers
describe('more than 100 pages of products', () => {
  const tooMany = {
    errors: { page: ['Results of more than 100 pages must be read with cursor pagination.'] },
  };
  const refused = { ...json(tooMany), status: 422 };

  /** A store with 102 pages of one product each. */
  async function syncPages(page: (number: number) => Answer): Promise<Run> {
    await start({});
    const paged: Change = async ({ path, query }, pass) =>
      path === '/products' ? page(Number(query.get('page') ?? query.get('cursor') ?? 1)) : pass();
    return syncThrough(sandbox, paged, { streams: ['products', 'store'] });
  }
  const product = (id: number) => json({ products: [{ id, updated_at: '2026-01-01T00:00:00' }] });

  test('are read by the Link of a cursor', async () => {
    const run = await syncPages((number) => {
      if (number > 102) return json({ products: [] });
      const link = `<https://api.rechargeapps.com/products?limit=250&cursor=${number + 1}>; rel="next"`;
      const { headers, ...page } = product(number);
      return { ...page, headers: number < 102 ? { ...headers, link } : headers };
    });
    expect([run.exitCode, run.records('products').length]).toEqual([0, 102]);
  });

  test('by number they are refused at the 101st, and the stream fails loudly', async () => {
    const run = await syncPages((number) => (number > 100 ? refused : product(number)));
    expect(run.records('products')).toHaveLength(100);
    expect(run.exitCode).toBe(1);
    expect(run.statuses('products')).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE']);
    expect(run.statuses('store').at(-1)).toBe('COMPLETE');
    expect(run.states('products')).toEqual([]);
    expect(run.errors()).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/products.*422.*100 pages/),
        stream_descriptor: { name: 'products' },
      }),
    ]);
  });
});

// docs/recharge-api.md#end-of-a-list
describe('payment_methods without cursors in the answers', () => {
  const withoutCursors = (answer: Answer): Answer => {
    const { payment_methods } = JSON.parse(answer.body) as { payment_methods: unknown };
    return { ...answer, body: JSON.stringify({ payment_methods }) };
  };

  async function syncWithout(keepsPage: boolean): Promise<Run> {
    await start({ size: { payment_methods: 110 } });
    const bare: Change = async ({ query }, pass) => {
      if (!keepsPage) query.delete('page');
      return withoutCursors(await pass(query));
    };
    return syncThrough(sandbox, bare, { streams: ['payment_methods'], env: impatient });
  }

  test('are read by number', async () => {
    const run = await syncWithout(true);
    expect(run.exitCode).toBe(0);
    expectRows(run.records('payment_methods'), rowsOf(sandbox, 'payment_methods'));
  });

  test('fail loudly where there is no way to the rest', async () => {
    const run = await syncWithout(false);
    expect([run.exitCode, run.states('payment_methods')]).toEqual([1, []]);
    expect(run.errors()[0]?.message).toContain('the next page is the page itself');
  });
});
