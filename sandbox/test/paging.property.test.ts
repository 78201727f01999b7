import fc from 'fast-check';
import { runs } from '../../src/random.fixture.ts';
import { describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type Sandbox } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { type Answer, ask, FROZEN, idsOf, listOf, pages, shared, sorted, str } from './client.ts';

const NOW = FROZEN.now;
const STILL = { ...FROZEN, bucketSize: 1e9 };
const SIZE = {
  orders: 130,
  discounts: 90,
  credit_accounts: 60,
  collections: 40,
  customers: 50,
  events: 80,
} as const;

const sandbox = await shared({ ...STILL, chargeWindowDays: null, size: SIZE });

interface Listing {
  readonly path: string;
  readonly resource: ResourceName;
}

const by = (resource: ResourceName, ...sorts: string[]): Listing[] =>
  sorts.map((sort) => ({ resource, path: `/${resource}?sort_by=${sort}` }));

const LISTINGS: readonly Listing[] = [
  ...by(
    'orders',
    'id-asc',
    'id-desc',
    'updated_at-asc',
    'updated_at-desc',
    'created_at-asc',
    'processed_at-desc',
    'scheduled_at-asc',
  ),
  ...by('discounts', 'updated_at-asc', 'updated_at-desc', 'created_at-desc', 'id-asc'),
  ...by('credit_accounts', 'expires_at-asc', 'expires_at-desc'),
  ...by('collections', 'title-asc', 'title-desc', 'created_at-asc'),
  { resource: 'customers', path: '/customers?updated_at_min=2020-01-01' },
];

const listing = fc.constantFrom(...LISTINGS);
const limit = fc.integer({ min: 1, max: 60 });

describe('paging', () => {
  it('gives each row once, in order, in full pages but the last, for any list, sort and limit', async () => {
    await fc.assert(
      fc.asyncProperty(listing, limit, async ({ path, resource }, size) => {
        const found = await pages(sandbox, path, size);
        const ids = found.flatMap(idsOf);
        expect(sorted(ids)).toEqual(sorted(sandbox.rows(resource).map((row) => row['id'])));
        expect(found.slice(0, -1).every((page) => idsOf(page).length === size)).toBe(true);
        expect(ids).toEqual((await pages(sandbox, path, 250)).flatMap(idsOf));
      }),
      { numRuns: runs(20) },
    );
  });

  it('gives the same rows backwards as forwards', async () => {
    await fc.assert(
      fc.asyncProperty(listing, limit, async ({ path }, size) => {
        const found = await pages(sandbox, path, size);
        const back: number[][] = [];
        let previous = found.at(-1)?.body['previous_cursor'];
        while (typeof previous === 'string') {
          const page = await ask(sandbox, `${path.split('?')[0]}?limit=${size}&cursor=${previous}`);
          back.unshift([...idsOf(page)]);
          previous = page.body['previous_cursor'];
        }
        expect(back).toEqual(found.slice(0, -1).map(idsOf));
      }),
      { numRuns: runs(20) },
    );
  });

  it('gives the same rows by page numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 60 }), async (size) => {
        const ids: number[] = [];
        for (let page = 1; ; page += 1) {
          const found = idsOf(await ask(sandbox, `/orders?limit=${size}&page=${page}`, '2021-01'));
          if (found.length === 0) break;
          ids.push(...found);
        }
        expect(ids).toEqual((await pages(sandbox, '/orders', 250)).flatMap(idsOf));
      }),
      { numRuns: runs(10) },
    );
  });

  it('gives exactly the rows inside any window', async () => {
    const day = fc.integer({ min: 0, max: 1100 }).map((days) => new Date(NOW.getTime() - days * 86_400_000));
    await fc.assert(
      fc.asyncProperty(
        listing.filter(({ resource }) => resource === 'orders'),
        day,
        day,
        limit,
        async ({ path }, a, b, size) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          const window = `updated_at_min=${from.toISOString()}&updated_at_max=${to.toISOString()}`;
          const inside = (row: JsonObject): boolean => {
            const at = Date.parse(str(row['updated_at']));
            return at >= from.getTime() && at <= to.getTime();
          };
          const found = (await pages(sandbox, `${path}&${window}`, size)).flatMap(idsOf);
          const expected = sandbox.rows('orders').filter(inside);
          expect(sorted(found)).toEqual(sorted(expected.map((row) => row['id'])));
        },
      ),
      { numRuns: runs(30) },
    );
  });
});

interface Step {
  readonly kind: 'update' | 'create' | 'remove';
  readonly at: number;
}

// docs/recharge-api.md#cursors
describe('paging while rows change', () => {
  const step = fc.record({ kind: fc.constantFrom('update', 'create', 'remove'), at: fc.nat() });
  const steps = fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 });

  function apply(moving: Sandbox, { kind, at }: Step, touched: Map<number, boolean>): void {
    const rows = moving.rows('orders');
    const id = rows[at % rows.length]?.['id'] as number;
    moving.advance(400);
    if (kind === 'create') touched.set(moving.create('orders')['id'] as number, true);
    if (kind === 'update') moving.update('orders', id, { note: str(at) });
    if (kind === 'remove') moving.remove('orders', id);
    if (kind !== 'create') touched.set(id, kind === 'update');
  }

  /** Reads a list of a store while these steps are taken, some after each page; gives the store and who was touched. */
  async function readMoving(path: string, size: number, turns: Step[][], take: (page: Answer) => void) {
    const moving = await startSandbox({ ...STILL, size: { orders: 60, charges: 70 } });
    const before = moving.rows('orders').map((row) => row['id'] as number);
    const touched = new Map<number, boolean>();
    const left = [...turns];
    await pages(moving, path, size, (page) => {
      take(page);
      for (const each of left.shift() ?? []) apply(moving, each, touched);
    });
    return { moving, before, touched };
  }
  const size = fc.integer({ min: 5, max: 40 });

  it('gives the newest version of every remaining row in ascending order of updated_at', async () => {
    await fc.assert(
      fc.asyncProperty(steps, size, async (turns, limited) => {
        const latest = new Map<unknown, JsonObject>();
        const take = (page: Answer) => listOf(page).forEach((row) => latest.set(row['id'], row));
        const { moving } = await readMoving('/orders?sort_by=updated_at-asc', limited, turns, take);
        take(
          await ask(moving, '/orders?limit=250&sort_by=updated_at-asc&updated_at_min=2026-03-10T12:00:00Z'),
        );
        for (const row of moving.rows('orders')) expect(latest.get(row['id'])).toEqual(row);
        await moving.close();
      }),
      { numRuns: runs(10) },
    );
  });

  it('gives every row that stayed exactly once in order of id', async () => {
    await fc.assert(
      fc.asyncProperty(steps, size, async (turns, limited) => {
        const seen: number[] = [];
        const take = (page: Answer) => void seen.push(...idsOf(page));
        const { moving, before, touched } = await readMoving('/orders', limited, turns, take);
        expect(new Set(seen).size).toBe(seen.length);
        expect(before.filter((id) => touched.get(id) !== false && !seen.includes(id))).toEqual([]);
        await moving.close();
      }),
      { numRuns: runs(10) },
    );
  });
});
