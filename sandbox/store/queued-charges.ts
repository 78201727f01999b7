import type { Cast } from '../data/cast.ts';
import { type JsonObject, listAt, numberAt, textAt } from '../json.ts';
import type { Store } from './store.ts';

/** Lines of charges, by day. */
type Days = ReadonlyMap<string | null, readonly JsonObject[]>;

/**
 * Which queued charge stands for which subscription, and how an edit rebuilds it
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
    const rebuilt = this.rebuilt.get(subscriptionId);
    const id = rebuilt === undefined ? this.seeded(subscriptionId) : rebuilt;
    return id !== null && this.store.truth('charges').get(id) ? id : null;
  }

  private seeded(subscriptionId: number): number | null {
    const { world, history } = this.cast;
    const subscription = world.indexOf('subscriptions', subscriptionId);
    const charge = subscription < 0 ? -1 : history.queuedCharge(subscription);
    return charge < 0 ? null : world.id('charges', charge);
  }

  /**
   * Marks the queued charge as about to change; `seconds` later it is deleted and, for those of its subscriptions
   * that are still active, another takes its place, with a new id. Tells `deleted` and `created` when that happens.
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
      // Another subscription of the address may have had it rebuilt since, before the latest edit.
      const current = this.of(subscriptionId);
      if (current === null) return;
      for (const [verb, charge] of this.replace(current)) tell(verb, charge);
    };
    if (seconds > 0) store.later(store.now() + seconds * 1000, replace);
    else replace();
  }

  /**
   * One charge for each day that the subscriptions of the old one are now due, of all that is due at the address on
   * that day; none for those that have ended.
   */
  private replace(id: number): ['deleted' | 'created', JsonObject][] {
    const old = this.store.remove('charges', id);
    const gone = [old];
    let due = this.due(gone);
    for (let met = this.met(old, due, gone); met.length > 0; met = this.met(old, due, gone)) {
      gone.push(...met.map((other) => this.store.remove('charges', other)));
      due = this.due(gone);
    }
    const made = [...due].map(([day, lines]) => this.successor(old, day, lines));
    return [
      ...gone.map((charge) => ['deleted', charge] as ['deleted', JsonObject]),
      ...made.map((charge) => ['created', charge] as ['created', JsonObject]),
    ];
  }

  /** The ids of other queued charges of the address on these days. */
  private met({ address_id }: JsonObject, due: Days, gone: readonly JsonObject[]): number[] {
    const days = new Set(due.keys());
    for (const charge of gone) days.delete(textAt(charge, 'scheduled_at'));
    if (days.size === 0) return [];
    const table = this.store.truth('charges');
    return [...table.all()]
      .filter(
        (slot) =>
          table.fact(slot, 'status') === 'queued' &&
          table.fact(slot, 'address_id') === address_id &&
          days.has(textAt(table.row(slot), 'scheduled_at')),
      )
      .map(({ id }) => id);
  }

  /** The lines of these charges as they are now, by the day that they are due. */
  private due(charges: readonly JsonObject[]): Days {
    const days = new Map<string | null, JsonObject[]>();
    for (const charge of charges)
      for (const line of listAt(charge, 'line_items')) {
        const id = line['purchase_item_type'] === 'subscription' ? numberAt(line, 'purchase_item_id') : null;
        const subscription = id === null ? undefined : this.subscription(id);
        if (id !== null) this.rebuilt.set(id, null);
        if (id !== null && subscription?.['status'] !== 'active') continue;
        const day = textAt(
          subscription ?? charge,
          subscription ? 'next_charge_scheduled_at' : 'scheduled_at',
        );
        const price = subscription && textAt(subscription, 'price');
        const changed = subscription && { quantity: subscription['quantity'], unit_price: price ?? '0.00' };
        days.set(day, [...(days.get(day) ?? []), { ...line, ...changed }]);
      }
    // A gift or a onetime does not make a charge of its own.
    for (const [day, lines] of days)
      if (!lines.some((line) => line['purchase_item_type'] === 'subscription')) days.delete(day);
    return days;
  }

  private successor(old: JsonObject, day: string | null, lines: readonly JsonObject[]): JsonObject {
    const { id: _id, created_at: _created, updated_at: _updated, ...kept } = old;
    const next = this.store.create('charges', {
      ...withoutUndefined(kept),
      has_uncommitted_changes: false,
      scheduled_at: day,
      line_items: lines,
    });
    for (const line of lines) {
      const item = line['purchase_item_type'] === 'subscription' ? numberAt(line, 'purchase_item_id') : null;
      if (item !== null) this.rebuilt.set(item, numberAt(next, 'id'));
    }
    return next;
  }

  private subscription(id: number): JsonObject | undefined {
    const table = this.store.truth('subscriptions');
    const slot = table.get(id);
    return slot && table.row(slot);
  }
}

function withoutUndefined(row: JsonObject): Record<string, Exclude<JsonObject[string], undefined>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
