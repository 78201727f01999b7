import type { Blueprint, Fact } from '../data/blueprint.ts';
import { fromEastern, parseRowTime } from '../data/times.ts';
import type { JsonObject } from '../json.ts';
import { lowestKey, type Slot, SortedIndex, type SortKey } from './sorted-index.ts';

/** The rows of one resource: seeded ones from the blueprint, and those written or removed since the start. */
export class Table {
  readonly blueprint: Blueprint;
  /** Rows written since the start by id; null where one was removed. */
  private readonly overlay = new Map<number, JsonObject | null>();
  private readonly indexes = new Map<string, SortedIndex>();

  constructor(blueprint: Blueprint) {
    this.blueprint = blueprint;
  }

  /** The row with this id, undefined if there is none. */
  get(id: number): Slot | undefined {
    const written = this.overlay.get(id);
    if (written) return { id, index: -1, row: written };
    const index = written === null ? -1 : this.blueprint.indexOf(id);
    return index < 0 ? undefined : { id, index, row: null };
  }

  /** The row of a slot, in the shape of 2021-11. */
  row(slot: Slot): JsonObject {
    slot.row ??= this.blueprint.row(slot.index);
    return slot.row;
  }

  /** The value to sort or filter a row by: seconds since 1970 for every field that ends in `_at`. */
  fact(slot: Slot, name: string): Fact {
    const quick = slot.index < 0 ? undefined : this.blueprint.facts[name];
    return quick ? quick(slot.index) : this.read(this.row(slot), name);
  }

  /** Adds a row, or replaces the one with its id. */
  put(id: number, row: JsonObject): void {
    this.unlist(id);
    this.overlay.set(id, row);
    for (const [field, index] of this.indexes) index.insert(this.keyOf(row, id, field), id, row);
  }

  /** Removes a row for good. */
  drop(id: number): void {
    this.unlist(id);
    if (this.blueprint.indexOf(id) >= 0) this.overlay.set(id, null);
    else this.overlay.delete(id);
  }

  /** The rows in the order of a field, which are sorted at the first call. */
  sorted(field: string): SortedIndex {
    let index = this.indexes.get(field);
    if (!index) {
      index = this.build(field);
      this.indexes.set(field, index);
    }
    return index;
  }

  /** How many rows there are now. */
  get size(): number {
    let size = this.blueprint.count;
    for (const [id, row] of this.overlay) {
      const isSeeded = this.blueprint.indexOf(id) >= 0;
      if (row === null && isSeeded) size -= 1;
      else if (row !== null && !isSeeded) size += 1;
    }
    return size;
  }

  /** The rows written since the start, in no order. */
  written(): readonly JsonObject[] {
    return [...this.overlay.values()].filter((row) => row !== null);
  }

  /** Every row, by id ascending. */
  *all(): Generator<Slot> {
    const next = this.sorted('id').walk(1, { key: -Infinity, id: -Infinity });
    for (let slot = next(); slot; slot = next()) yield slot;
  }

  private build(field: string): SortedIndex {
    const { blueprint } = this;
    const { count } = blueprint;
    const quick = blueprint.facts[field];
    const key = (at: number): SortKey => {
      if (field === 'id') return blueprint.id(at);
      return toKey(quick ? quick(at) : this.read(blueprint.row(at), field), field);
    };
    const presorted = field === 'id';
    const index = new SortedIndex({ count, presorted, id: (at) => blueprint.id(at), key }, this.overlay);
    for (const [id, row] of this.overlay) if (row) index.insert(this.keyOf(row, id, field), id, row);
    return index;
  }

  private keyOf(row: JsonObject, id: number, field: string): SortKey {
    return field === 'id' ? id : toKey(this.read(row, field), field);
  }

  private unlist(id: number): void {
    const old = this.overlay.get(id);
    if (!old) return;
    for (const [field, index] of this.indexes) index.remove(this.keyOf(old, id, field), id);
  }

  private read(row: JsonObject, name: string): Fact {
    const reader = this.blueprint.readers?.[name];
    const value = reader ? reader(row) : row[name];
    if (typeof value === 'string' && name.endsWith('_at')) return parseRowTime(value, this.naive);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  }

  private readonly naive = (wall: number): number =>
    this.blueprint.clock === 'eastern' ? fromEastern(wall) : wall;
}

function toKey(fact: Fact, field: string): SortKey {
  return fact ?? lowestKey(field);
}
