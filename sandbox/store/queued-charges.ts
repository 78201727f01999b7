import type { Cast } from '../data/cast.ts';
import { type JsonObject, listAt, numberAt, textAt } from '../json.ts';
import type { Store } from './store.ts';

/**
 * The queued charge of each subscription, and its replacement after an edit
 * (docs/recharge-api.md#queued-charges).
 */
export class QueuedCharges {
  private readonly store: Store;
  private readonly cast: Cast;
  private readonly rebuilt = new Map<number, number | null>();
  private readonly pending = new Set<number>();

  constructor(store: Store, cast: Cast) {
    this.store = store;
    this.cast = cast;
  }

  /** The id of a subscription's queued charge; null where it has none. */
  of(subscriptionId: number): number | null {
    const known = this.rebuilt.get(subscriptionId);
    if (known !== undefined) return known;
    const { world, links } = this.cast;
    const subscription = world.identity('subscriptions').indexOf(subscriptionId);
    const charge = subscription < 0 ? -1 : links.queuedCharge(subscription);
    if (charge < 0) return null;
    const id = world.id('charges', charge);
    return this.store.truth('charges').get(id) ? id : null;
  }

  /**
   * Sets `has_uncommitted_changes` on the queued charge. `seconds` later it is deleted and, if the
   * subscription is still active, another is created with a new id. Calls `deleted` and `created` then.
   */
  rebuild(
    subscriptionId: number,
    seconds: number,
    tell: (verb: 'deleted' | 'created', charge: JsonObject) => void,
  ): void {
    const id = this.of(subscriptionId);
    if (id === null || this.pending.has(subscriptionId)) return;
    this.pending.add(subscriptionId);
    const { store } = this;
    if (seconds > 0)
      store.write('charges', id, { ...store.read('charges', id), has_uncommitted_changes: true });
    const replace = (): void => {
      this.pending.delete(subscriptionId);
      if (!store.truth('charges').get(id)) return;
      const old = store.remove('charges', id);
      tell('deleted', old);
      const next = this.successor(subscriptionId, old);
      this.rebuilt.set(subscriptionId, next === null ? null : numberAt(next, 'id'));
      if (next) tell('created', next);
    };
    if (seconds > 0) store.later(store.now() + seconds * 1000, replace);
    else replace();
  }

  private successor(subscriptionId: number, old: JsonObject): JsonObject | null {
    const slot = this.store.truth('subscriptions').get(subscriptionId);
    if (!slot) return null;
    const subscription = this.store.truth('subscriptions').row(slot);
    if (subscription['status'] !== 'active') return null;
    const { id: _id, created_at: _created, updated_at: _updated, ...kept } = old;
    const [line, ...others] = listAt(old, 'line_items');
    const price = textAt(subscription, 'price') ?? '0.00';
    return this.store.create('charges', {
      ...withoutUndefined(kept),
      has_uncommitted_changes: false,
      scheduled_at: textAt(subscription, 'next_charge_scheduled_at'),
      line_items: [{ ...line, quantity: subscription['quantity'], unit_price: price }, ...others],
    });
  }
}

function withoutUndefined(row: JsonObject): Record<string, Exclude<JsonObject[string], undefined>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
