import type { Blueprint } from '../data/blueprint.ts';
import { hash } from '../data/random.ts';
import { firstFreeId } from '../data/ids.ts';
import { bareText, easternText, utcText } from '../data/times.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { StoreClock } from './clock.ts';
import { Table } from './table.ts';

interface Delayed {
  readonly at: number;
  readonly order: number;
  run(): void;
}

/**
 * All rows: `truth` has every write, `table` has what reads show. The two differ only where reads show writes
 * late (docs/recharge-api.md#updates). Delayed work (such a write, the rebuild of a charge) is done at the
 * next access.
 */
export class Store {
  readonly clock: StoreClock;
  private readonly seed: number;
  private readonly lagMs: number;
  private readonly truths: ReadonlyMap<ResourceName, Table>;
  private readonly served: ReadonlyMap<ResourceName, Table>;
  private readonly nextIds = new Map<ResourceName, number>();
  private readonly lastSeen = new Map<string, number>();
  private delayed: Delayed[] = [];
  private moment: number | null = null;
  private writes = 0;

  constructor(seed: number, blueprints: readonly Blueprint[], clock: StoreClock, lagSeconds: number) {
    this.seed = seed;
    this.clock = clock;
    this.lagMs = lagSeconds * 1000;
    const tables = (): Map<ResourceName, Table> =>
      new Map(blueprints.map((each) => [each.resource, new Table(each)]));
    this.truths = tables();
    this.served = this.lagMs > 0 ? tables() : this.truths;
  }

  /** The rows as reads show them now. */
  table(resource: ResourceName): Table {
    this.settle();
    return known(this.served, resource);
  }

  /** The rows with every write. */
  truth(resource: ResourceName): Table {
    this.settle();
    return known(this.truths, resource);
  }

  /** Milliseconds since 1970: the time of the write in progress, else that of the clock. */
  now(): number {
    return this.moment ?? this.clock.now();
  }

  /** The row with this id, with every write. Throws RangeError if there is none. */
  read(resource: ResourceName, id: number): JsonObject {
    const table = this.truth(resource);
    const slot = table.get(id);
    if (!slot) throw new RangeError(`No ${resource} row has the id ${id}`);
    return table.row(slot);
  }

  /**
   * Writes a row with `updated_at` = now in whole seconds (docs/recharge-api.md#updates), unless `silently`.
   */
  write(resource: ResourceName, id: number, row: JsonObject, silently = false): JsonObject {
    const stamped = silently || !('updated_at' in row) ? row : { ...row, updated_at: this.stamp(resource) };
    this.truth(resource).put(id, stamped);
    this.publish(resource, id, stamped);
    return stamped;
  }

  /** Creates a row like a seeded one, with the highest id and now as both of its times. */
  create(resource: ResourceName, patch: Readonly<Record<string, JsonValue>>): JsonObject {
    const { blueprint } = this.truth(resource);
    const id = this.nextIds.get(resource) ?? firstFreeId(resource, blueprint.count);
    this.nextIds.set(resource, id + 1);
    const model = blueprint.row(this.writes % Math.max(blueprint.count, 1));
    const own = 'id' in model ? { id } : {};
    const born = 'created_at' in model ? { created_at: this.stamp(resource) } : {};
    return this.write(resource, id, { ...model, ...own, ...born, ...patch }, 'updated_at' in patch);
  }

  /** Removes a row for good. Throws RangeError if there is none. */
  remove(resource: ResourceName, id: number): JsonObject {
    const row = this.read(resource, id);
    this.truth(resource).drop(id);
    this.publish(resource, id, null);
    return row;
  }

  /** Calls `run` once the store's clock has reached `at`; meanwhile `now()` is `at`. */
  later(at: number, run: () => void): void {
    this.writes += 1;
    this.delayed.push({ at, order: this.writes, run });
    this.delayed.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** Now, in the time format of this resource. */
  stamp(resource: ResourceName): string {
    const seconds = Math.floor(this.now() / 1000);
    const { clock } = known(this.truths, resource).blueprint;
    if (clock === 'utc') return utcText(seconds);
    return clock === 'eastern' ? easternText(seconds) : bareText(seconds);
  }

  private settle(): void {
    while (this.moment === null && (this.delayed[0]?.at ?? Infinity) <= this.clock.now()) {
      const due = this.delayed.shift() as Delayed;
      this.moment = due.at;
      due.run();
      this.moment = null;
    }
  }

  private publish(resource: ResourceName, id: number, row: JsonObject | null): void {
    this.writes += 1;
    if (this.lagMs === 0) return;
    const order = this.writes;
    const lag = (hash(this.seed, 1, order) / 0x1_0000_0000) * this.lagMs;
    this.later(this.now() + lag, () => this.show(resource, id, row, order));
  }

  /** A write is never shown after a later one of the same row. */
  private show(resource: ResourceName, id: number, row: JsonObject | null, order: number): void {
    const key = `${resource}/${id}`;
    if ((this.lastSeen.get(key) ?? 0) > order) return;
    this.lastSeen.set(key, order);
    const table = known(this.served, resource);
    if (row) table.put(id, row);
    else table.drop(id);
  }
}

function known(tables: ReadonlyMap<ResourceName, Table>, resource: ResourceName): Table {
  const table = tables.get(resource);
  if (!table) throw new RangeError(`No such resource: ${resource}`);
  return table;
}
