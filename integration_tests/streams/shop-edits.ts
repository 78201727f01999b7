import type { ResourceName, Sandbox } from '../../sandbox/index.ts';
import { type JsonObject, listAt } from '../../sandbox/json.ts';

const dayMs = 86_400_000;

/** What is changed, made and removed as it comes; subscriptions and queued charges have rules of their own. */
const plain = [
  'addresses',
  'bundle_selections',
  'collections',
  'customers',
  'discounts',
  'metafields',
  'orders',
] as const satisfies readonly ResourceName[];

/** A merchant at work in a sandbox: each call is one edit, the same for the same dice. */
export function merchant(sandbox: Sandbox, roll: (below: number) => number): () => void {
  const idsOf = (resource: ResourceName, test: (row: JsonObject) => boolean = () => true) =>
    sandbox
      .rows(resource)
      .filter(test)
      .map((row) => Number(row['id']));
  const ids = new Map<ResourceName, number[]>(plain.map((resource) => [resource, idsOf(resource)]));
  const paid = idsOf('charges', (row) => row['status'] !== 'queued');
  const active = idsOf('subscriptions', (row) => row['status'] === 'active');
  const ended = idsOf('subscriptions', (row) => row['status'] !== 'active');
  const pick = <Item>(list: readonly Item[]) => list[roll(list.length)] as Item;
  const take = (list: number[]) => list.splice(roll(list.length), 1)[0] as number;
  const soon = (days: number) =>
    new Date(sandbox.startedAt.getTime() + (1 + roll(days)) * dayMs).toISOString().slice(0, 10);

  const edits: readonly (() => unknown)[] = [
    () => sandbox.update(...anyPlain()),
    () => sandbox.update(...anyPlain()),
    () => {
      const resource = pick(plain);
      ids.get(resource)?.push(Number(sandbox.create(resource)['id']));
    },
    () => {
      const resource = pick(plain);
      const list = ids.get(resource) ?? [];
      if (list.length > 10) sandbox.remove(resource, take(list));
    },
    () => sandbox.update('charges', pick(paid), { note: `seen ${roll(1000)}` }),
    () => sandbox.editSubscription(pick(active), { quantity: 1 + roll(9) }),
    () => sandbox.editSubscription(pick(active), { price: `${10 + roll(90)}.50` }),
    // Few days, so that subscriptions of one address meet on one.
    () => sandbox.editSubscription(pick(active), { next_charge_scheduled_at: soon(3), quantity: 2 }),
    () => moveCharge(),
    () => {
      if (roll(3) > 0 || active.length < 20) return;
      const id = take(active);
      sandbox.editSubscription(id, { status: 'cancelled', next_charge_scheduled_at: null });
      ended.push(id);
    },
    // Recharge drops the charge of a subscription with it: only those that have none are removed here.
    () => {
      if (roll(3) === 0 && ended.length > 10)
        sandbox.remove('subscriptions', ended.splice(0, 1)[0] as number);
    },
  ];

  function anyPlain(): [ResourceName, number] {
    const resource = pick(plain);
    return [resource, pick(ids.get(resource) ?? [])];
  }

  /** A move of its date alone leaves a queued charge its id (docs/recharge-api.md#queued-charges). */
  function moveCharge(): void {
    const queued = sandbox.rows('charges').filter((row) => row['status'] === 'queued');
    const charge = pick(queued);
    const lines = listAt(charge, 'line_items');
    const day = soon(60);
    // Nothing of the address may be about to be rebuilt, or the charge could be gone before it is moved.
    const isTaken = queued.some(
      (row) =>
        row['address_id'] === charge['address_id'] &&
        (row['scheduled_at'] === day || row['has_uncommitted_changes'] === true),
    );
    const id = Number(lines[0]?.['purchase_item_id']);
    if (isTaken || lines.length > 1 || !active.includes(id)) return;
    sandbox.update('subscriptions', id, { next_charge_scheduled_at: day });
    sandbox.update('charges', Number(charge['id']), { scheduled_at: day });
  }

  return () => pick(edits)();
}
