import { describe, expect, test } from 'vitest';
import { configFor, openStore, sync } from './connection.ts';
import { removeFirst } from './deletable.ts';
import { capture, idsOf, served, tableAfter, tombstones, warnings } from './deletes.fixture.ts';
import { changedAt, rowsOf } from './expectations.ts';
import type { ApiRow } from './front.ts';
import { queryOfDocs, select } from './warehouse.ts';

const day = 86_400_000;

/** Over stores of their own. */
describe('with capture_deletes', () => {
  test('every deletion that the API serves comes at first, and a state without the cursor is such a first', async () => {
    const many = await openStore({ size: { events: 1_200 } });
    const plain = await sync(configFor(many), { streams: ['charges', 'customers'] });
    const run = await sync(configFor(many, capture), { streams: ['charges', 'customers'], state: plain });
    for (const [stream, type] of [
      ['charges', 'charge'],
      ['customers', 'customer'],
    ] as const) {
      const deletions = many.served(`/events?verbs=deleted&object_type=${type}`);
      expect(deletions.length).toBeGreaterThan(50);
      expect(new Set(idsOf(tombstones(run, stream)))).toEqual(
        new Set(deletions.map(({ object_id }) => Number(object_id))),
      );
    }
    expect(warnings(run)).toEqual([]);
    const charges = many.requests.findLast(({ path }) => path === '/charges');
    expect(new URLSearchParams(charges?.query).get('updated_at_min')).toBe(
      plain.lastState('charges')?.['updated_at'],
    );
  });

  test('a charge that leaves the listing for its age is never taken for deleted', async () => {
    const old = await openStore({ size: { events: 0 } });
    const before = await sync(configFor(old, capture), { streams: ['charges'] });
    old.advance(20 * day);
    const after = await sync(configFor(old, capture), { streams: ['charges'], state: before });
    const listed = new Set(served(old, 'charges'));
    const gone = idsOf(before.records('charges')).filter((id) => !listed.has(id));
    expect(gone.length).toBeGreaterThan(5);
    expect(tombstones(after, 'charges').filter(({ id }) => gone.includes(Number(id)))).toEqual([]);
    expect(after.exitCode).toBe(0);
  });

  test('where rows have times without zone, tombstones have them too', async () => {
    const store = await openStore({ size: { events: 400 } });
    const names = ['orders', 'metafields_customer'] as const;
    const config = configFor(store, { ...capture, use_orders_deprecated_api: true });
    const before = await sync(config, { streams: names });
    removeFirst(store, names);
    const after = await sync(config, { streams: names, state: before });
    for (const stream of names) {
      const [row] = tombstones(after, stream).slice(-1);
      expect(row?.['updated_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(Math.abs(changedAt(row ?? {}) - Date.now())).toBeLessThan(600_000);
      expect(idsOf(tableAfter(stream, before, after))).toEqual(
        stream === 'orders' ? idsOf(store.served('/orders')) : served(store, stream),
      );
    }
  });

  test('the query of docs/recharge.md gives the items of a table that are current', async () => {
    const store = await openStore({ chargeWindowDays: null });
    const names = ['charges', 'charge_line_items'];
    const before = await sync(configFor(store, capture), { streams: names });
    const itemsOf = (row: ApiRow) => row['line_items'] as ApiRow[];
    const [shrunk = Number.NaN, gone = Number.NaN] = idsOf(
      rowsOf(store, 'charges').filter((row) => itemsOf(row).length > 1),
    );
    store.update('charges', shrunk, { line_items: [] });
    store.remove('charges', gone);
    const after = await sync(configFor(store, capture), { streams: names, state: before });
    const tables = Object.fromEntries(names.map((name) => [name, tableAfter(name, before, after)]));
    const columns = {
      charges: ['id', 'updated_at'],
      charge_line_items: ['charge_id', 'index', 'updated_at'],
    };
    const current = select(await queryOfDocs('SELECT items'), columns, tables);
    const items = rowsOf(store, 'charges').flatMap(itemsOf);
    expect(current).toHaveLength(items.length);
    expect(tables['charge_line_items']?.length).toBeGreaterThan(items.length + 2);
    expect(current.filter(({ charge_id }) => [shrunk, gone].includes(Number(charge_id)))).toEqual([]);
  });
});
