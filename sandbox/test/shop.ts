import { startSandbox, type ResourceName, type SandboxOptions } from '../index.ts';
import { type JsonObject, listAt, objectAt } from '../json.ts';
import { RESOURCES } from '../resources.ts';
import { str } from './client.ts';

/** The whole store of one seed, as an analyst holds it: rows by list and what joins them. */
export interface Shop {
  readonly seed: number;
  readonly now: number;
  rows(resource: ResourceName): readonly JsonObject[];
  byId(resource: ResourceName): ReadonlyMap<unknown, JsonObject>;
  /** The charges that hold a subscription as a line, by the id of the subscription, in order of `scheduled_at`. */
  readonly chargesOf: ReadonlyMap<unknown, readonly JsonObject[]>;
  /** The orders of a charge, by its id, in order of `scheduled_at`. */
  readonly ordersOf: ReadonlyMap<unknown, readonly JsonObject[]>;
}

const NOW = new Date('2026-03-10T12:00:00Z');

/** Reads every row of a store; nothing is known of how it was made. */
export async function readShop(seed: number, size: SandboxOptions['size']): Promise<Shop> {
  const sandbox = await startSandbox({ seed, size: size ?? 'small', now: NOW, frozen: true });
  const lists = new Map(RESOURCES.map((name) => [name, sandbox.rows(name)]));
  await sandbox.close();
  const rows = (resource: ResourceName): readonly JsonObject[] => lists.get(resource) ?? [];
  const byIds = new Map(RESOURCES.map((name) => [name, new Map(rows(name).map((row) => [row['id'], row]))]));
  return {
    seed,
    now: NOW.getTime(),
    rows,
    byId: (resource) => byIds.get(resource) ?? new Map(),
    chargesOf: grouped(rows('charges'), subscriptionsIn),
    ordersOf: grouped(rows('orders'), (order) => [objectAt(order, 'charge')['id']]),
  };
}

/** The ids of the subscriptions that a charge or an order has lines of. */
export function subscriptionsIn(row: JsonObject): unknown[] {
  return subscriptionLines(row).map((line) => line['purchase_item_id']);
}

export function subscriptionLines(row: JsonObject): readonly JsonObject[] {
  return listAt(row, 'line_items').filter((line) => line['purchase_item_type'] === 'subscription');
}

/** Milliseconds since 1970 of a time or a day of a row. */
export function time(row: JsonObject, key: string): number {
  return Date.parse(str(row[key]));
}

/** The day (`YYYY-MM-DD`) that comes `times` intervals after another, on the given day of the month for months. */
export function dayAfter(day: string, times: number, unit: unknown, dayOfMonth: number): string {
  const from = new Date(`${day}T00:00:00Z`);
  const [year, month, date] = [from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()];
  const to =
    unit === 'month'
      ? Date.UTC(year, month + times, dayOfMonth)
      : Date.UTC(year, month, date + times * (unit === 'week' ? 7 : 1));
  return new Date(to).toISOString().slice(0, 10);
}

export const PAID: ReadonlySet<unknown> = new Set(['success', 'refunded', 'partially_refunded']);

function grouped(
  rows: readonly JsonObject[],
  keys: (row: JsonObject) => readonly unknown[],
): Map<unknown, JsonObject[]> {
  const groups = new Map<unknown, JsonObject[]>();
  for (const row of rows.toSorted((a, b) => (str(a['scheduled_at']) < str(b['scheduled_at']) ? -1 : 1))) {
    for (const key of new Set(keys(row))) {
      const group = groups.get(key) ?? [];
      group.push(row);
      groups.set(key, group);
    }
  }
  return groups;
}
