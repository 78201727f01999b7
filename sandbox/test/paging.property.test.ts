import fc from 'fast-check';
import { runs } from '../../src/random.fixture.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type Sandbox } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { ask, idsOf, listOf, pages, sorted, str } from './client.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const SIZE = {
  orders: 130,
  discounts: 90,
  credit_accounts: 60,
  collections: 40,
  customers: 50,
  events: 80,
} as const;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    now: NOW,
    frozen: true,
    bucketSize: 1e9,
    chargeWindowDays: null,
    size: SIZE,
  });
});
afterAll(async () => {
  await sandbox.close();
});

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
      { numRuns: runs(40) },
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
          expect(sorted(found)).toEqual(
            sorted(
              sandbox
                .rows('orders')
                .filter(inside)
                .map((row) => row['id']),
            ),
          );
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

  it('gives the newest version of every remaining row in ascending order of updated_at', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 5, max: 40 }), async (turns, size) => {
        const moving = await startSandbox({
          now: NOW,
          frozen: true,
          bucketSize: 1e9,
          size: { orders: 60, charges: 70 },
        });
        const latest = new Map<number, JsonObject>();
        let turn = 0;
        await pages(moving, '/orders?sort_by=updated_at-asc', size, (page) => {
          for (const row of listOf(page)) latest.set(row['id'] as number, row);
          for (const each of turns[turn] ?? []) apply(moving, each, new Map());
          turn += 1;
        });
        for (const row of listOf(
          await ask(moving, '/orders?limit=250&sort_by=updated_at-asc&updated_at_min=2026-03-10T12:00:00Z'),
        )) {
          latest.set(row['id'] as number, row);
        }
        for (const row of moving.rows('orders')) expect(latest.get(row['id'] as number)).toEqual(row);
        await moving.close();
      }),
      { numRuns: runs(25) },
    );
  });

  it('gives every row that stayed exactly once in order of id', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 5, max: 40 }), async (turns, size) => {
        const moving = await startSandbox({
          now: NOW,
          frozen: true,
          bucketSize: 1e9,
          size: { orders: 60, charges: 70 },
        });
        const before = moving.rows('orders').map((row) => row['id'] as number);
        const touched = new Map<number, boolean>();
        const seen: number[] = [];
        let turn = 0;
        await pages(moving, '/orders', size, (page) => {
          seen.push(...idsOf(page));
          for (const each of turns[turn] ?? []) apply(moving, each, touched);
          turn += 1;
        });
        const gone = new Set([...touched].filter(([, left]) => !left).map(([id]) => id));
        expect(new Set(seen).size).toBe(seen.length);
        expect(before.filter((id) => !gone.has(id)).every((id) => seen.includes(id))).toBe(true);
        await moving.close();
      }),
      { numRuns: runs(25) },
    );
  });
});
