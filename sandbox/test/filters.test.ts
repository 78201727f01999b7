import { describe, expect, it } from 'vitest';
import { type JsonObject, objectAt } from '../json.ts';
import { ask, errorsOf, FROZEN, idsOf, listOf, pages, roomy, shared, sorted, str } from './client.ts';

const sandbox = await shared(FROZEN);

// docs/recharge-api.md#filters
describe('filters', () => {
  it('ids and status take lists with commas', async () => {
    const all = sandbox.rows('orders');
    const ids = [3, 77, 400].map((at) => all[at]?.['id'] as number);
    expect(sorted(idsOf(await ask(sandbox, `/orders?ids=${ids.join(',')}`)))).toEqual(sorted(ids));
    const some = await ask(sandbox, '/orders?limit=250&status=queued,cancelled');
    expect(new Set(listOf(some).map((row) => row['status']))).toEqual(new Set(['queued', 'cancelled']));
  });

  it.each([
    ['customers', 'email', 'email'],
    ['subscriptions', 'customer_id', 'customer_id'],
    ['subscriptions', 'status', 'status'],
    ['discounts', 'discount_code', 'code'],
    ['events', 'verbs', 'verb'],
    ['events', 'object_type', 'object_type'],
    ['plans', 'type', 'type'],
  ] as const)('%s can be filtered by %s', async (resource, parameter, field) => {
    const row = listOf(await ask(sandbox, `/${resource}`))[5] as JsonObject;
    const value = str(row[field]);
    const found = listOf(
      await ask(sandbox, `/${resource}?limit=250&${parameter}=${encodeURIComponent(value)}`),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((each) => str(each[field]) === value)).toBe(true);
  });

  it('charges and orders can be filtered by their customer', async () => {
    const customer = objectAt(listOf(await ask(sandbox, '/orders'))[0] ?? {}, 'customer')['id'] as number;
    for (const list of ['orders', 'charges']) {
      const found = listOf(await ask(sandbox, `/${list}?customer_id=${customer}`));
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((row) => (row['customer'] as JsonObject)['id'] === customer)).toBe(true);
    }
  });

  it('metafields need an owner_resource that exists', async () => {
    for (const path of ['/metafields', '/metafields?owner_resource=', '/metafields?owner_resource=cat']) {
      const answer = await ask(sandbox, path);
      expect([answer.status, errorsOf(answer)]).toEqual([422, ['owner_resource']]);
    }
    const rows = sandbox.served('/metafields?owner_resource=subscription');
    expect(new Set(rows.map((row) => row['owner_resource']))).toEqual(new Set(['subscription']));
  });

  it.each([
    '/metafields?owner_resource=store&updated_at_min=2025-01-01',
    '/accounts?created_at_min=2025-01-01',
  ])('%s is refused', async (path) => {
    expect((await ask(sandbox, path)).status).toBe(422);
  });

  it('2021-11 products take no time filter', async () => {
    const other = await roomy({ platform: 'custom' });
    expect((await ask(other, '/products?updated_at_min=2025-01-01')).status).toBe(422);
    expect((await ask(other, '/products?sort_by=id-asc')).status).toBe(422);
    expect((await ask(other, '/products')).status).toBe(200);
  });

  it.each(['collections', 'bundle_selections', 'credit_adjustments', 'payment_methods'] as const)(
    'the time filter of %s is ignored, honoured or refused',
    async (list) => {
      const path = `/${list}?limit=250&include_deleted=true&updated_at_min=2025-12-01T00:00:00Z`;
      const lengths: (number | string)[] = [];
      for (const rule of ['ignore', 'honour', 'refuse'] as const) {
        const other = await roomy({ timeFilters: { [list]: rule }, ...FROZEN });
        const answer = await ask(other, path);
        lengths.push(answer.status === 200 ? listOf(answer).length : `${answer.status}`);
      }
      const all = sandbox.rows(list);
      const later = all.filter((row) => Date.parse(str(row['updated_at'])) >= Date.parse('2025-12-01'));
      expect(later.length).toBeLessThan(all.length);
      expect(lengths).toEqual([all.length, later.length, '422']);
    },
  );

  it('the time sort of collections is ignored, honoured or refused', async () => {
    for (const rule of ['ignore', 'honour', 'refuse'] as const) {
      const other = await roomy({ timeSorts: { collections: rule } });
      const answer = await ask(other, '/collections?sort_by=updated_at-asc');
      const times = listOf(answer).map((row) => str(row['updated_at']));
      const rising =
        times.length > 0 && times.every((time, at) => at === 0 || time >= (times[at - 1] as string));
      expect([answer.status, rising]).toEqual([rule === 'refuse' ? 422 : 200, rule === 'honour']);
    }
  });

  it('ignores an unknown parameter unless unknownParameters is refuse', async () => {
    expect((await ask(sandbox, '/orders?colour=red')).status).toBe(200);
    const strict = await roomy({ unknownParameters: 'refuse' });
    expect((await ask(strict, '/orders?colour=red')).status).toBe(422);
    expect((await ask(strict, '/orders?include=customer&limit=3&sort_by=id-asc&status=success')).status).toBe(
      200,
    );
  });

  it('lists the children of one parent below it, and no others', async () => {
    const batch = sandbox.rows('async_batches')[3]?.['id'] as number;
    const tasks = sandbox.rows('async_batch_tasks').filter((row) => row['batch_id'] === batch);
    const found = await pages(sandbox, `/async_batches/${batch}/tasks`, 2);
    expect(sorted(found.flatMap(idsOf))).toEqual(sorted(tasks.map((row) => row['id'])));
    expect(Object.keys(found[0]?.body ?? {})).toContain('async_batch_tasks');
    expect((await ask(sandbox, '/async_batches/1/tasks')).status).toBe(404);
    const account = sandbox.rows('credit_accounts')[0]?.['id'] as number;
    expect((await ask(sandbox, `/credit_accounts/${account}/credit_adjustments`)).status).toBe(200);
    const customer = sandbox.rows('customers')[0]?.['id'] as number;
    expect(listOf(await ask(sandbox, `/customers/${customer}/addresses`, '2021-01')).length).toBeGreaterThan(
      0,
    );
  });
});
