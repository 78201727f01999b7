import type { Cast } from '../data/cast.ts';
import type { JsonObject } from '../json.ts';
import type { Version } from '../options.ts';
import type { ResourceName } from '../resources.ts';
import { type Neighbours, shape202101 } from '../shapes-2021-01/shape.ts';
import { RowCache } from './row-cache.ts';
import type { Slot } from '../store/sorted-index.ts';
import type { Store } from '../store/store.ts';

/** Turns rows into the JSON text that is sent. */
export class Renderer {
  private readonly store: Store;
  private readonly unknownKeys: boolean;
  private readonly neighbours: Neighbours;
  private readonly cache: RowCache;

  constructor(store: Store, cast: Cast, unknownKeys: boolean, cacheBytes: number) {
    this.cache = new RowCache(cacheBytes);
    this.store = store;
    this.unknownKeys = unknownKeys;
    this.neighbours = neighboursIn(store, cast);
  }

  /** The JSON text of a row in a version of the API; `flags` are the list's boolean parameters. */
  text(resource: ResourceName, slot: Slot, version: Version, flags: ReadonlySet<string>): Buffer {
    const make = (): Buffer => Buffer.from(JSON.stringify(this.shaped(resource, slot, version, flags)));
    const seeded = slot.index >= 0 && version === '2021-11' && resource !== 'payment_methods';
    return seeded ? this.cache.get(resource, slot.index, make) : make();
  }

  private shaped(
    resource: ResourceName,
    slot: Slot,
    version: Version,
    flags: ReadonlySet<string>,
  ): JsonObject {
    const stored = this.store.table(resource).row(slot);
    const row =
      version === '2021-01'
        ? shape202101(resource, stored, this.neighbours)
        : current(resource, stored, flags);
    return this.unknownKeys ? { ...row, x_unheard_of: { since: '2021-11', values: [1, 'two', null] } } : row;
  }
}

/**
 * `deleted_at` of a payment method shows only where deleted ones were asked for
 * (docs/recharge-api.md#hidden-rows).
 */
function current(resource: ResourceName, row: JsonObject, flags: ReadonlySet<string>): JsonObject {
  if (resource !== 'payment_methods' || flags.has('include_deleted')) return row;
  return { ...row, deleted_at: undefined };
}

function neighboursIn(store: Store, cast: Cast): Neighbours {
  return {
    lookup: (resource, id) => {
      const table = store.table(resource);
      const slot = id === null ? undefined : table.get(id);
      return slot && table.row(slot);
    },
    firstAddress: (customerId) => {
      const customer = cast.world.indexOf('customers', customerId);
      if (customer < 0) return null;
      const [first, end] = cast.links.children('customers', customer, 'addresses');
      return first < end ? cast.world.id('addresses', first) : null;
    },
  };
}
