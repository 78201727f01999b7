import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox, type ResourceName, type Sandbox, type SandboxOptions } from '../index.ts';
import { type JsonObject, listAt } from '../json.ts';
import { ask, idsOf, listOf, pages, str } from './client.ts';

const NOW = new Date('2026-02-10T12:00:00.789Z');

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (each) => each.close()));
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ now: NOW, frozen: true, bucketSize: 100_000, ...options });
  open.push(sandbox);
  return sandbox;
}

const idAt = (sandbox: Sandbox, resource: ResourceName, at: number): number =>
  sandbox.rows(resource)[at]?.['id'] as number;

const eventsAbout = (sandbox: Sandbox, type: string, id: number): unknown[] =>
  sandbox.served(`/events?object_type=${type}&object_id=${id}`).map((row) => row['verb']);

describe('§10.32 writes', () => {
  it('§10.32 stamp updated_at with now in whole seconds, in the way of the resource', async () => {
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

  it('§10.32 are seen by lists, retrieves, counts and filters, in both versions', async () => {
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

  it('§10.32 a new row has an id above all others, and both times now', async () => {
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

  it('§10.32 a customer’s counters follow without touching updated_at, unless the switch says so', async () => {
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

  it('what a patch says of updated_at holds', async () => {
    const sandbox = await start();
    const row = sandbox.update('orders', idAt(sandbox, 'orders', 1), {
      updated_at: '2026-01-01T00:00:00+00:00',
    });
    expect(row['updated_at']).toBe('2026-01-01T00:00:00+00:00');
    expect(() => sandbox.update('orders', 1)).toThrow(RangeError);
  });
});

describe('§10.12 cursors under mutation', () => {
  it('§10.12 updated_at ascending: a row touched during the scan comes again at the end, none is skipped', async () => {
    const sandbox = await start();
    const seen: number[] = [];
    let touched = 0;
    await pages(sandbox, '/orders?sort_by=updated_at-asc', 100, (page) => {
      seen.push(...idsOf(page));
      if (touched < 20) sandbox.update('orders', seen[touched] as number);
      touched += 5;
    });
    expect(new Set(seen).size).toBe(500);
    expect(seen).toHaveLength(504);
  });

  it('§10.12 id order is not disturbed; updated_at descending skips what moved ahead', async () => {
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

  it('§10.12 page numbers skip a row when one before it goes', async () => {
    const sandbox = await start();
    const first = idsOf(await ask(sandbox, '/products?limit=100&page=1', '2021-01'));
    sandbox.remove('products', first[0] as number);
    const second = idsOf(await ask(sandbox, '/products?limit=100&page=2', '2021-01'));
    const third = idsOf(await ask(sandbox, '/products?limit=100&page=3', '2021-01'));
    expect(new Set([...first, ...second, ...third]).size).toBe(299);
  });

  it('§10.12 a cursor whose own row is gone goes on from its place', async () => {
    const sandbox = await start();
    const page = await ask(sandbox, '/orders?limit=5&sort_by=updated_at-asc');
    const expected = idsOf(await ask(sandbox, '/orders?limit=10&sort_by=updated_at-asc')).slice(5);
    sandbox.remove('orders', idsOf(page)[4] as number);
    const next = await ask(sandbox, `/orders?limit=5&cursor=${str(page.body['next_cursor'])}`);
    expect(idsOf(next)).toEqual(expected);
  });
});

describe('§10.33 subscription edits', () => {
  const queuedOf = (sandbox: Sandbox): { subscription: number; charge: number } => {
    const charge = sandbox.rows('charges').find((row) => row['status'] === 'queued') as JsonObject;
    const [line] = listAt(charge, 'line_items');
    return { subscription: line?.['purchase_item_id'] as number, charge: charge['id'] as number };
  };

  it('§10.33 mark the queued charge, and five seconds later another has taken its place', async () => {
    const sandbox = await start();
    const { subscription, charge } = queuedOf(sandbox);
    sandbox.editSubscription(subscription, { price: '99.00', next_charge_scheduled_at: '2026-03-01' });
    expect((await ask(sandbox, `/charges/${charge}`)).body['charge']).toMatchObject({
      has_uncommitted_changes: true,
    });
    sandbox.advance(4_999);
    expect((await ask(sandbox, `/charges/${charge}`)).status).toBe(200);
    sandbox.advance(1);
    expect((await ask(sandbox, `/charges/${charge}`)).status).toBe(404);
    const [made] = listOf(await ask(sandbox, '/charges?limit=1'));
    expect(made).toMatchObject({
      status: 'queued',
      scheduled_at: '2026-03-01',
      has_uncommitted_changes: false,
    });
    expect(listAt(made ?? {}, 'line_items')[0]).toMatchObject({
      purchase_item_id: subscription,
      unit_price: '99.00',
    });
    expect(made?.['updated_at']).toBe('2026-02-10T12:00:05+00:00');
    expect(sandbox.rows('charges')).toHaveLength(600);
  });

  it('§10.33 events tell of both charges', async () => {
    const sandbox = await start({ rebuildSeconds: 0 });
    const { subscription, charge } = queuedOf(sandbox);
    sandbox.editSubscription(subscription, { quantity: 4 });
    const made = idsOf(await ask(sandbox, '/charges?limit=1'))[0] as number;
    expect(eventsAbout(sandbox, 'charge', charge)).toContain('deleted');
    expect(eventsAbout(sandbox, 'charge', made)).toEqual(['created']);
    sandbox.editSubscription(subscription, { quantity: 5 });
    expect(eventsAbout(sandbox, 'charge', made)).toEqual(['deleted', 'created']);
  });

  it('§10.33 edits in quick succession rebuild once; a cancelled subscription gets no new charge', async () => {
    const sandbox = await start();
    const { subscription } = queuedOf(sandbox);
    for (const quantity of [2, 3, 4]) sandbox.editSubscription(subscription, { quantity });
    sandbox.advance(6_000);
    expect(sandbox.rows('charges')).toHaveLength(600);
    sandbox.editSubscription(subscription, { status: 'cancelled' });
    sandbox.advance(6_000);
    expect(sandbox.rows('charges')).toHaveLength(599);
  });
});

describe('§10.34 deletes', () => {
  it('§10.34 remove the row for good and leave an event', async () => {
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

  it('a row made and removed again leaves nothing', async () => {
    const sandbox = await start();
    const made = sandbox.create('discounts', { code: 'GONE' });
    sandbox.remove('discounts', made['id'] as number);
    expect(sandbox.served('/discounts?discount_code=GONE')).toEqual([]);
    expect(sandbox.rows('discounts')).toHaveLength(320);
  });
});

describe('§10.35 replica lag', () => {
  it('§10.35 reads see writes late, each by its own lag below the limit', async () => {
    const sandbox = await start({ replicaLagSeconds: 600 });
    const ids = sandbox
      .rows('orders')
      .slice(0, 40)
      .map((row) => row['id'] as number);
    for (const id of ids) sandbox.update('orders', id, { note: 'late' });
    const made = sandbox.create('orders');
    sandbox.remove('orders', idAt(sandbox, 'orders', 100));
    const late = (): number => sandbox.served('/orders').filter((row) => row['note'] === 'late').length;
    expect(sandbox.rows('orders').filter((row) => row['note'] === 'late')).toHaveLength(40);
    expect(late()).toBeLessThan(5);
    sandbox.advance(300_000);
    const half = late();
    expect(half).toBeGreaterThan(8);
    expect(half).toBeLessThan(32);
    sandbox.advance(300_000);
    expect(late()).toBe(40);
    expect((await ask(sandbox, `/orders/${str(made['id'] as number)}`)).status).toBe(200);
    expect(sandbox.served('/orders')).toHaveLength(500);
    const shown = sandbox.served(`/orders?ids=${ids[0]}`)[0];
    expect(shown?.['updated_at']).toBe('2026-02-10T12:00:00+00:00');
  });

  it('§10.35 an older write never covers a newer one', async () => {
    const sandbox = await start({ replicaLagSeconds: 100 });
    const id = idAt(sandbox, 'orders', 5);
    const notes: string[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      sandbox.update('orders', id, { note: String(turn) });
      sandbox.advance(10_000);
      notes.push(str(sandbox.served(`/orders?ids=${id}`)[0]?.['note']));
    }
    const numbers = notes.map(Number).filter((number) => !Number.isNaN(number));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBeGreaterThan(5);
    sandbox.advance(100_000);
    expect(sandbox.served(`/orders?ids=${id}`)[0]?.['note']).toBe('29');
  });
});

describe('the store’s clock', () => {
  it('can be set and moved', async () => {
    const sandbox = await start();
    sandbox.setTime(new Date('2027-01-01T00:00:00Z'));
    expect(sandbox.create('orders')['updated_at']).toBe('2027-01-01T00:00:00+00:00');
    sandbox.advance(90_000);
    expect(sandbox.create('orders')['updated_at']).toBe('2027-01-01T00:01:30+00:00');
  });
});

describe('a shop at work', () => {
  it('changes, makes and deletes rows of several kinds, the same ones for the same seed', async () => {
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
