import { EVENT_TYPES } from '../data/events.ts';
import { type JsonObject, type JsonValue, numberAt, objectAt, textAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { QueuedCharges } from './queued-charges.ts';
import type { Store } from './store.ts';

/** New values of some keys of a row. */
export type Patch = Readonly<Record<string, JsonValue>>;

/**
 * What a write changes besides its row, by the rules of docs/recharge-api.md#updates and
 * docs/recharge-api.md#queued-charges.
 */
export interface MutationRules {
  readonly rebuildSeconds: number;
  readonly countersTouchCustomer: boolean;
}

/** Writes with their consequences: events, counters of customers and queued charges. */
export class Mutations {
  private readonly store: Store;
  private readonly queued: QueuedCharges;
  private readonly rules: MutationRules;

  constructor(store: Store, queued: QueuedCharges, rules: MutationRules) {
    this.store = store;
    this.queued = queued;
    this.rules = rules;
  }

  /**
   * Changes a row; its `updated_at` becomes now unless the patch names one. Throws RangeError if there is
   * none.
   */
  update(resource: ResourceName, id: number, patch: Patch): JsonObject {
    const before = this.store.read(resource, id);
    const after = this.store.write(resource, id, { ...before, ...patch }, 'updated_at' in patch);
    this.count(resource, before, after);
    this.tell(resource, 'updated', id, after, changes(before, patch));
    return after;
  }

  /** Creates a row like the seeded ones; its times are now unless the patch names them. */
  create(resource: ResourceName, patch: Patch): JsonObject {
    const row = this.store.create(resource, patch);
    this.count(resource, null, row);
    this.tell(resource, 'created', numberAt(row, 'id') ?? 0, row);
    return row;
  }

  /** Deletes a row for good (docs/recharge-api.md#deletions). Throws RangeError if there is none. */
  remove(resource: ResourceName, id: number): void {
    const row = this.store.remove(resource, id);
    this.count(resource, row, null);
    this.tell(resource, 'deleted', id, row);
  }

  /**
   * Changes a subscription, whose queued charge is then rebuilt under a new id
   * (docs/recharge-api.md#queued-charges).
   */
  editSubscription(id: number, patch: Patch): JsonObject {
    const after = this.update('subscriptions', id, patch);
    this.queued.rebuild(id, this.rules.rebuildSeconds, (verb, charge) => {
      this.tell('charges', verb, numberAt(charge, 'id') ?? 0, charge);
    });
    return after;
  }

  private tell(
    resource: ResourceName,
    verb: string,
    id: number,
    row: JsonObject,
    updated: readonly JsonObject[] = [],
  ): void {
    const type = EVENT_TYPES[resource];
    if (type === undefined) return;
    const verbText = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
    this.store.create('events', {
      object_id: id,
      object_type: type,
      customer_id:
        resource === 'customers'
          ? id
          : (numberAt(row, 'customer_id') ?? numberAt(objectAt(row, 'customer'), 'id')),
      verb,
      description: `${verbText} ${type} #${id}`,
      source: {
        account_id: null,
        account_email: null,
        api_token_id: 77,
        api_token_name: 'scheduler',
        origin: 'api',
        user_type: 'api_token',
      },
      updated_attributes: updated,
      custom_attributes: [],
    });
  }

  /**
   * Keeps a customer's counters right without touching `updated_at`, as the API is thought to
   * (docs/recharge-api.md#updates).
   */
  private count(resource: ResourceName, before: JsonObject | null, after: JsonObject | null): void {
    if (resource !== 'subscriptions') return;
    this.addTo(before, -1);
    this.addTo(after, 1);
  }

  private addTo(subscription: JsonObject | null, step: 1 | -1): void {
    const id = subscription && numberAt(subscription, 'customer_id');
    if (id === null || !this.store.truth('customers').get(id)) return;
    const customer = this.store.read('customers', id);
    const active = textAt(subscription as JsonObject, 'status') === 'active' ? step : 0;
    const counted: JsonObject = {
      ...customer,
      subscriptions_active_count: (numberAt(customer, 'subscriptions_active_count') ?? 0) + active,
      subscriptions_total_count: (numberAt(customer, 'subscriptions_total_count') ?? 0) + step,
    };
    this.store.write('customers', id, counted, !this.rules.countersTouchCustomer);
  }
}

function changes(before: JsonObject, patch: Patch): JsonObject[] {
  return Object.entries(patch).map(([attribute, value]) => ({
    attribute,
    previous_value: before[attribute] ?? null,
    value,
  }));
}
