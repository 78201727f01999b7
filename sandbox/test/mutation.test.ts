import { describe, expect, it } from 'vitest';
import type { ResourceName } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { ask, idsOf, listOf, str } from './client.ts';
import { idAt, start } from './frozen.ts';

// docs/recharge-api.md#updates
describe('writes', () => {
  it('set updated_at to now in whole seconds, in the format of the resource', async () => {
    const sandbox = await start();
    const stamps: [ResourceName, string][] = [
      ['orders', '2026-02-10T12:00:00+00:00'],
      ['metafields', '2026-02-10T07:00:00'],
      ['products', '2026-02-10T07:00:00'],
    ];
    for (const [resource, stamp] of stamps) {
      expect(sandbox.update(resource, idAt(sandbox, resource, 3))['updated_at']).toBe(stamp);
    }
  });

  it('show in lists, single records, counts and filters of both versions', async () => {
    const sandbox = await start();
    const id = idAt(sandbox, 'orders', 7);
    sandbox.update('orders', id, { status: 'cancelled', note: 'changed' });
    const since = `/orders?updated_at_min=2026-02-10T12:00:00Z&sort_by=updated_at-asc&ids=${id}`;
    expect(listOf(await ask(sandbox, since))[0]).toMatchObject({ note: 'changed', status: 'cancelled' });
    const old = await ask(sandbox, `/orders/${id}`, '2021-01');
    expect(old.body['order']).toMatchObject({
      note: 'changed',
      status: 'CANCELLED',
      updated_at: '2026-02-10T07:00:00',
    });
    expect(idsOf(await ask(sandbox, `/orders?status=success&ids=${id}`))).toEqual([]);
    expect(sandbox.rows('orders')).toHaveLength(500);
  });

  it('give a new row the highest id, and now as both of its times', async () => {
    const sandbox = await start();
    const most = Math.max(...sandbox.rows('customers').map((row) => row['id'] as number));
    const made = sandbox.create('customers', { email: 'new@example.com' });
    expect(made['id']).toBeGreaterThan(most);
    expect([made['created_at'], made['updated_at'], made['email']]).toEqual([
      '2026-02-10T12:00:00+00:00',
      '2026-02-10T12:00:00+00:00',
      'new@example.com',
    ]);
    expect(idsOf(await ask(sandbox, '/customers?limit=1'))).toEqual([made['id']]);
    expect(sandbox.create('customers')['id']).toBeGreaterThan(made['id'] as number);
  });

  it('update a customer’s counters, and its updated_at only when countersTouchCustomer is set', async () => {
    const quiet = await start();
    const loud = await start({ countersTouchCustomer: true });
    for (const [sandbox, touched] of [
      [quiet, false],
      [loud, true],
    ] as const) {
      const active = sandbox.rows('subscriptions').find((row) => row['status'] === 'active') as JsonObject;
      const customer = (): JsonObject =>
        sandbox.rows('customers').find((row) => row['id'] === active['customer_id']) as JsonObject;
      const before = customer();
      sandbox.update('subscriptions', active['id'] as number, { status: 'cancelled' });
      const after = customer();
      expect(after['subscriptions_active_count']).toBe((before['subscriptions_active_count'] as number) - 1);
      expect(after['subscriptions_total_count']).toBe(before['subscriptions_total_count']);
      expect(after['updated_at'] === before['updated_at']).toBe(!touched);
    }
  });

  it('keep the updated_at that a patch names', async () => {
    const sandbox = await start();
    const row = sandbox.update('orders', idAt(sandbox, 'orders', 1), {
      updated_at: '2026-01-01T00:00:00+00:00',
    });
    expect(row['updated_at']).toBe('2026-01-01T00:00:00+00:00');
    expect(() => sandbox.update('orders', 1)).toThrow(RangeError);
  });
});

// docs/recharge-api.md#deletions
describe('deletes', () => {
  it('remove the row and add an event', async () => {
    const sandbox = await start();
    const id = idAt(sandbox, 'customers', 9);
    sandbox.remove('customers', id);
    expect((await ask(sandbox, `/customers/${id}`)).status).toBe(404);
    expect(sandbox.served('/customers')).toHaveLength(119);
    expect(sandbox.rows('customers').map((row) => row['id'])).not.toContain(id);
    const [event] = sandbox.served(`/events?verbs=deleted&object_type=customer&object_id=${id}`);
    expect(event).toMatchObject({ customer_id: id, created_at: '2026-02-10T07:00:00' });
    expect(() => sandbox.remove('customers', id)).toThrow(RangeError);
  });

  it('leave no trace of a row that was created after the start', async () => {
    const sandbox = await start();
    const made = sandbox.create('discounts', { code: 'GONE' });
    sandbox.remove('discounts', made['id'] as number);
    expect(sandbox.served('/discounts?discount_code=GONE')).toEqual([]);
    expect(sandbox.rows('discounts')).toHaveLength(320);
  });
});

describe('the store’s clock', () => {
  it('can be set and advanced', async () => {
    const sandbox = await start();
    sandbox.setTime(new Date('2027-01-01T00:00:00Z'));
    expect(sandbox.create('orders')['updated_at']).toBe('2027-01-01T00:00:00+00:00');
    sandbox.advance(90_000);
    expect(sandbox.create('orders')['updated_at']).toBe('2027-01-01T00:01:30+00:00');
  });
});

describe('writeSomething', () => {
  it('changes, creates and deletes rows of several resources, the same for the same seed', async () => {
    const [one, other] = [await start(), await start()];
    const before = one.rows('orders').length;
    for (const sandbox of [one, other]) {
      sandbox.advance(60_000);
      sandbox.writeSomething(200);
    }
    const since = '2026-02-10T12:01:00';
    for (const resource of ['subscriptions', 'orders', 'charges', 'customers'] as const)
      expect(one.rows(resource).filter((row) => str(row['updated_at']) >= since).length).toBeGreaterThan(3);
    expect(one.rows('orders').length).toBeGreaterThan(before);
    expect(one.served('/events?verbs=deleted').length).toBeGreaterThan(3);
    expect(one.rows('orders')).toEqual(other.rows('orders'));
  });
});
