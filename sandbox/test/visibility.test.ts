import { describe, expect, it } from 'vitest';
import { startSandbox } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { ask, idsOf, listOf, pages, shared, sorted, str } from './client.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const DAY = 86_400_000;

const sandbox = await shared({ bucketSize: 100_000, now: NOW, frozen: true });

const PAID = ['success', 'refunded', 'partially_refunded'];
const isOld = (row: JsonObject, now: Date): boolean =>
  PAID.includes(str(row['status'])) && Date.parse(str(row['processed_at'])) < now.getTime() - 90 * DAY;
const ids = (rows: readonly JsonObject[]): unknown[] => sorted(rows.map((row) => row['id']));

// docs/recharge-api.md#old-charges
describe('the 90-day rule', () => {
  it.each(['2021-01', '2021-11'] as const)(
    'hides paid charges older than 90 days from lists in %s',
    (version) => {
      const all = sandbox.rows('charges');
      const old = all.filter((row) => isOld(row, NOW));
      expect(old.length).toBeGreaterThan(100);
      expect(all.length - old.length).toBeGreaterThan(250);
      expect(ids(sandbox.served('/charges', version))).toEqual(ids(all.filter((row) => !isOld(row, NOW))));
    },
  );

  it('hides them by ids, by window and as single records too', async () => {
    const old = sandbox.rows('charges').find((row) => isOld(row, NOW)) as JsonObject;
    const id = old['id'] as number;
    expect(idsOf(await ask(sandbox, `/charges?ids=${id}`))).toEqual([]);
    expect(idsOf(await ask(sandbox, '/charges?processed_at_max=2025-12-01'))).toEqual([]);
    expect((await ask(sandbox, `/charges/${id}`)).status).toBe(404);
  });

  it('keeps unpaid charges of any age', () => {
    const served = sandbox.served('/charges');
    const oldest = served.filter((row) => Date.parse(str(row['updated_at'])) < NOW.getTime() - 200 * DAY);
    expect(oldest.length).toBeGreaterThan(5);
    expect(oldest.every((row) => row['processed_at'] === null)).toBe(true);
  });

  it('follows the store’s clock, and chargeWindowDays lifts it', async () => {
    const moving = await startSandbox({ now: NOW, frozen: true });
    const before = moving.served('/charges').length;
    moving.advance(60 * DAY);
    const later = new Date(NOW.getTime() + 60 * DAY);
    const expected = moving.rows('charges').filter((row) => !isOld(row, later)).length;
    expect(moving.served('/charges')).toHaveLength(expected);
    expect(expected).toBeLessThan(before);
    const whole = await startSandbox({ now: NOW, chargeWindowDays: null });
    expect(whole.served('/charges')).toHaveLength(600);
    await Promise.all([moving.close(), whole.close()]);
  });
});

// docs/recharge-api.md#hidden-rows
describe('cancelled and deleted rows', () => {
  it('lists cancelled onetimes with include_cancelled alone', async () => {
    const all = sandbox.rows('onetimes');
    const cancelled = all.filter((row) => row['is_cancelled'] === true);
    expect(cancelled.length).toBeGreaterThan(3);
    expect(sandbox.served('/onetimes')).toHaveLength(all.length - cancelled.length);
    expect(sandbox.served('/onetimes?include_cancelled=false')).toHaveLength(all.length - cancelled.length);
    expect((await pages(sandbox, '/onetimes?include_cancelled=true', 20)).flatMap(idsOf)).toHaveLength(
      all.length,
    );
  });

  it('lists deleted payment methods, and the key deleted_at, with include_deleted alone', () => {
    const all = sandbox.rows('payment_methods');
    const live = sandbox.served('/payment_methods');
    const both = sandbox.served('/payment_methods?include_deleted=true');
    expect([live.length < all.length, both.length]).toEqual([true, all.length]);
    expect(live.some((row) => 'deleted_at' in row)).toBe(false);
    expect(both.every((row) => 'deleted_at' in row)).toBe(true);
    expect(both.filter((row) => row['deleted_at'] !== null)).toHaveLength(all.length - live.length);
  });

  it('lists deleted plans', () => {
    const plans = sandbox.served('/plans');
    expect(plans).toHaveLength(70);
    expect(plans.filter((row) => row['deleted_at'] !== null).length).toBeGreaterThan(3);
  });
});

// docs/recharge-api.md#events
describe('events', () => {
  const at = (row: JsonObject): number => Date.parse(`${str(row['created_at'])}Z`) + 5 * 3600_000;

  it('are served for seven days', async () => {
    const winter = await startSandbox({ now: new Date('2026-02-01T00:00:00Z'), frozen: true });
    const all = winter.rows('events');
    const week = all.filter((row) => at(row) >= Date.parse('2026-01-25T00:00:00Z'));
    expect(week.length).toBeLessThan(all.length);
    expect(ids(winter.served('/events'))).toEqual(ids(week));
    expect((await ask(winter, `/events/${str(all[0]?.['id'] as number)}`)).status).toBe(404);
    await winter.close();
  });

  it('are refused from eight days back on', async () => {
    const path = (days: number): string =>
      `/events?created_at_min=${new Date(NOW.getTime() - days * DAY).toISOString()}`;
    expect((await ask(sandbox, path(7.9))).status).toBe(200);
    const answer = await ask(sandbox, path(8.1));
    expect([answer.status, answer.body]).toEqual([
      422,
      { errors: { _schema: ['created_at_min must be less than 7 days ago'] } },
    ]);
  });

  it('are filtered by a window inside the week', async () => {
    const from = new Date(NOW.getTime() - 3 * DAY);
    const found = (await pages(sandbox, `/events?created_at_min=${from.toISOString()}`, 30)).flatMap(listOf);
    expect(found.length).toBeGreaterThan(30);
    expect(found.length).toBeLessThan(sandbox.served('/events').length);
  });
});

// docs/recharge-api.md#products
describe('products of 2021-11', () => {
  it.each(['shopify', 'big_commerce'])('are refused on %s', async (platform) => {
    const store = await startSandbox({ platform });
    const answer = await ask(store, '/products');
    expect([answer.status, answer.body]).toEqual([
      422,
      { errors: { platform: ['This API is not compatible with your platform'] } },
    ]);
    expect((await ask(store, '/products', '2021-01')).status).toBe(200);
    await store.close();
  });
});

describe('sparse pages', () => {
  it('are short or empty where rows are hidden, and their cursor leads on', async () => {
    const sparse = await startSandbox({ now: NOW, frozen: true, sparsePages: true, bucketSize: 10_000 });
    const found = await pages(sparse, '/charges?sort_by=updated_at-asc', 10);
    const lengths = found.map((page) => idsOf(page).length);
    expect(lengths.filter((length) => length === 0).length).toBeGreaterThan(1);
    expect(sorted(found.flatMap(idsOf))).toEqual(ids(sandbox.served('/charges')));
    const cursors = found.map(({ body }) => body['next_cursor']);
    expect(new Set(cursors).size).toBe(cursors.length);
    await sparse.close();
  });
});
