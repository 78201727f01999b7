import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../index.ts';
import { type JsonObject, listAt } from '../json.ts';
import { ask, idsOf, listOf } from './client.ts';
import { eventsAbout, start } from './frozen.ts';

// docs/recharge-api.md#queued-charges
describe('subscription edits', () => {
  const queuedOf = (sandbox: Sandbox): { subscription: number; charge: number } => {
    const charge = sandbox.rows('charges').find((row) => row['status'] === 'queued') as JsonObject;
    const [line] = listAt(charge, 'line_items');
    return { subscription: line?.['purchase_item_id'] as number, charge: charge['id'] as number };
  };

  it('mark the queued charge and replace it after five seconds', async () => {
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

  it('add events about both charges', async () => {
    const sandbox = await start({ rebuildSeconds: 0 });
    const { subscription, charge } = queuedOf(sandbox);
    sandbox.editSubscription(subscription, { quantity: 4 });
    const made = idsOf(await ask(sandbox, '/charges?limit=1'))[0] as number;
    expect(eventsAbout(sandbox, 'charge', charge)).toContain('deleted');
    expect(eventsAbout(sandbox, 'charge', made)).toEqual(['created']);
    sandbox.editSubscription(subscription, { quantity: 5 });
    expect(eventsAbout(sandbox, 'charge', made)).toEqual(['deleted', 'created']);
  });

  it('rebuild the charge once for several quick edits, and not for a cancelled subscription', async () => {
    const sandbox = await start();
    const { subscription } = queuedOf(sandbox);
    for (const quantity of [2, 3, 4]) sandbox.editSubscription(subscription, { quantity });
    sandbox.advance(6_000);
    expect(sandbox.rows('charges')).toHaveLength(600);
    sandbox.editSubscription(subscription, { status: 'cancelled' });
    sandbox.advance(6_000);
    expect(sandbox.rows('charges')).toHaveLength(599);
  });

  /** Two queued charges of one address. */
  const twoOfOneAddress = (sandbox: Sandbox) => {
    const queued = sandbox.rows('charges').filter((row) => row['status'] === 'queued');
    return queued.flatMap((a) =>
      queued.filter((b) => a !== b && a['address_id'] === b['address_id']).map((b) => [a, b]),
    )[0] as [JsonObject, JsonObject];
  };
  const idOf = (charge: JsonObject) => listAt(charge, 'line_items')[0]?.['purchase_item_id'] as number;

  it('count up to the last, though the charge has been made one with another since the first', async () => {
    const sandbox = await start();
    const [one, other] = twoOfOneAddress(sandbox);
    const day = other['scheduled_at'] as string;
    sandbox.editSubscription(idOf(one), { next_charge_scheduled_at: day });
    sandbox.advance(2_000);
    sandbox.editSubscription(idOf(other), { quantity: 3 });
    sandbox.advance(4_000);
    sandbox.editSubscription(idOf(other), { status: 'cancelled' });
    sandbox.advance(10_000);
    const lines = sandbox
      .rows('charges')
      .filter((row) => row['status'] === 'queued' && row['address_id'] === one['address_id'])
      .flatMap((charge) => listAt(charge, 'line_items'))
      .map((line) => line['purchase_item_id']);
    expect([lines.includes(idOf(one)), lines.includes(idOf(other))]).toEqual([true, false]);
  });

  it('to the day of another charge of the address make one charge of both', async () => {
    const sandbox = await start({ rebuildSeconds: 0 });
    const [one, other] = twoOfOneAddress(sandbox);
    const day = other['scheduled_at'] as string;
    sandbox.editSubscription(idOf(one), { next_charge_scheduled_at: day });
    const there = sandbox
      .rows('charges')
      .filter((row) => row['status'] === 'queued' && row['address_id'] === one['address_id'])
      .filter((row) => row['scheduled_at'] === day);
    expect(there).toHaveLength(1);
    const items = listAt(there[0] ?? {}, 'line_items').map((line) => line['purchase_item_id']);
    expect(items).toEqual(expect.arrayContaining([idOf(one), idOf(other)]));
    for (const gone of [one, other])
      expect(eventsAbout(sandbox, 'charge', gone['id'] as number)).toContain('deleted');
    sandbox.editSubscription(idOf(other), { quantity: 3 });
    expect(sandbox.rows('charges').filter(({ id }) => id === there[0]?.['id'])).toEqual([]);
  });
});
