import type { ResourceName, Sandbox } from '../../sandbox/index.ts';
import { listAt } from '../../sandbox/json.ts';

const dayMs = 86_400_000;

/** What is changed, made and removed as it comes; subscriptions and charges have rules of their own. */
const plain = [
  'addresses',
  'bundle_selections',
  'collections',
  'customers',
  'discounts',
  'metafields',
  'orders',
] as const satisfies readonly ResourceName[];

/** A merchant at work in a sandbox: edits of every kind, which kind and of what by the dice. */
export class Merchant {
  readonly #sandbox: Sandbox;
  readonly #roll: (below: number) => number;
  readonly #ids: ReadonlyMap<ResourceName, number[]>;
  readonly #charged: readonly number[];
  readonly #active: number[];
  readonly #ended: number[];
  readonly #edits: readonly (() => unknown)[] = [
    () => this.#changeSomething(),
    () => this.#changeSomething(),
    () => this.#createSomething(),
    () => this.#removeSomething(),
    () => this.#sandbox.update('charges', this.#pick(this.#charged), { note: `seen ${this.#roll(1000)}` }),
    () => this.#editActive({ quantity: 1 + this.#roll(9) }),
    () => this.#editActive({ price: `${10 + this.#roll(90)}.50` }),
    // Few days, so that subscriptions of one address meet on one.
    () => this.#editActive({ next_charge_scheduled_at: this.#dayWithin(3), quantity: 2 }),
    () => this.#moveCharge(),
    () => this.#cancel(),
    () => this.#removeEnded(),
  ];

  /** @param roll whole numbers from 0 to below its argument */
  constructor(sandbox: Sandbox, roll: (below: number) => number) {
    this.#sandbox = sandbox;
    this.#roll = roll;
    const idsOf = (resource: ResourceName, test: (status: unknown) => boolean = () => true) =>
      sandbox
        .rows(resource)
        .filter((row) => test(row['status']))
        .map((row) => Number(row['id']));
    this.#ids = new Map(plain.map((resource) => [resource, idsOf(resource)]));
    this.#charged = idsOf('charges', (status) => status !== 'queued');
    this.#active = idsOf('subscriptions', (status) => status === 'active');
    this.#ended = idsOf('subscriptions', (status) => status !== 'active');
  }

  edit(): void {
    this.#pick(this.#edits)();
  }

  #changeSomething(): void {
    const resource = this.#pick(plain);
    this.#sandbox.update(resource, this.#pick(this.#idsOf(resource)));
  }

  #createSomething(): void {
    const resource = this.#pick(plain);
    this.#idsOf(resource).push(Number(this.#sandbox.create(resource)['id']));
  }

  #removeSomething(): void {
    const resource = this.#pick(plain);
    if (this.#idsOf(resource).length > 10) this.#sandbox.remove(resource, this.#take(this.#idsOf(resource)));
  }

  #editActive(patch: Parameters<Sandbox['editSubscription']>[1]): void {
    this.#sandbox.editSubscription(this.#pick(this.#active), patch);
  }

  #cancel(): void {
    if (this.#roll(3) > 0 || this.#active.length < 20) return;
    const id = this.#take(this.#active);
    // Its day goes with it as far as was seen. The query must not hang on that.
    const day = this.#roll(2) === 0 ? {} : { next_charge_scheduled_at: null };
    this.#sandbox.editSubscription(id, { status: 'cancelled', ...day });
    this.#ended.push(id);
  }

  /**
   * Of those that have ended the longest ago, which earlier syncs have told of. The sandbox would leave the queued
   * charge of an active one where it is.
   */
  #removeEnded(): void {
    const [longest] = this.#ended;
    if (longest === undefined || this.#roll(3) > 0) return;
    this.#ended.shift();
    this.#sandbox.remove('subscriptions', longest);
  }

  /** A move of its date alone leaves a queued charge its id (docs/recharge-api.md#queued-charges). */
  #moveCharge(): void {
    const queued = this.#sandbox.rows('charges').filter(({ status }) => status === 'queued');
    const charge = this.#pick(queued);
    const to = this.#dayWithin(60);
    // Nothing of the address may be about to be rebuilt, or the charge could be gone before it is moved.
    const isTaken = queued.some(
      (row) =>
        row['address_id'] === charge['address_id'] &&
        (row['scheduled_at'] === to || row['has_uncommitted_changes'] === true),
    );
    const lines = listAt(charge, 'line_items');
    const subscription = Number(lines[0]?.['purchase_item_id']);
    if (isTaken || lines.length > 1 || !this.#active.includes(subscription)) return;
    this.#sandbox.update('subscriptions', subscription, { next_charge_scheduled_at: to });
    this.#sandbox.update('charges', Number(charge['id']), { scheduled_at: to });
  }

  #dayWithin(days: number): string {
    const time = this.#sandbox.startedAt.getTime() + (1 + this.#roll(days)) * dayMs;
    return new Date(time).toISOString().slice(0, 10);
  }

  #idsOf(resource: ResourceName): number[] {
    return this.#ids.get(resource) ?? [];
  }

  #pick<Item>(list: readonly Item[]): Item {
    return list[this.#roll(list.length)] as Item;
  }

  #take(list: number[]): number {
    return list.splice(this.#roll(list.length), 1)[0] as number;
  }
}
