import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { fromEastern, parseRowTime } from '../../sandbox/data/times.ts';
import type { ApiRow } from './front.ts';
import { listingOf, ownerListings, type StreamName, versionOf } from './listings.ts';

export * from './listings.ts';

/** What the end of the log says of a stream, with its level. */
export function summaryOf(run: Run, stream: string): string {
  return run.logs().find((line) => line.includes(` Summary of ${stream}:`)) ?? '';
}

/** Every row that a stream should bring now. */
export function rowsOf(sandbox: Sandbox, stream: StreamName): readonly ApiRow[] {
  if (stream === 'metafields') return ownerListings.flatMap((listing) => sandbox.served(listing));
  if (stream === 'delivery_schedules') return schedulesOf(sandbox);
  const rows = sandbox.served(listingOf(stream), versionOf(stream));
  if (stream === 'deleted_records') return rows.map(deletionOf);
  return stream === 'shop' ? rows.map((row) => ({ id: (row['shop'] as ApiRow)['id'], ...row })) : rows;
}

function schedulesOf(sandbox: Sandbox): readonly ApiRow[] {
  const active = sandbox.served('/subscriptions?status=active').map(({ customer_id }) => Number(customer_id));
  return [...new Set(active)].flatMap((id) =>
    sandbox.served(`/customers/${id}/delivery_schedule`).map((row) => ({ customer_id: id, ...row })),
  );
}

function deletionOf({ id, object_type, object_id, customer_id, created_at }: ApiRow): ApiRow {
  return { id, object_type, object_id, customer_id, deleted_at: created_at };
}

/** When a row was changed, or made where rows never change; milliseconds since 1970, and a time without zone is New York's. */
export function changedAt(row: ApiRow): number {
  return instantOf(row, fromEastern);
}

/** The same, but for a time without zone, which may be UTC: the earliest it can be. */
export function earliestAt(row: ApiRow): number {
  return instantOf(row, (wall) => wall);
}

function instantOf(row: ApiRow, naive: (wall: number) => number): number {
  const time = String(row['updated_at'] ?? row['created_at'] ?? row['deleted_at']);
  return (parseRowTime(time, naive) ?? Number.NaN) * 1000;
}

/** What a destination with deduplication holds of a stream after these syncs. */
export function heldAfter(stream: string, ...runs: readonly Run[]): ApiRow[] {
  const held = new Map<string, ApiRow>();
  for (const run of runs) load(held, run.records(stream));
  return [...held.values()];
}

/** Loads rows by their key: of one that is there the newest stays, of two of one time the later. */
export function load(held: Map<string, ApiRow>, rows: readonly ApiRow[]): void {
  for (const row of rows) {
    const known = held.get(keyOf(row));
    if (known === undefined || !(changedAt(row) < changedAt(known))) held.set(keyOf(row), row);
  }
}

/** The records are these rows, each once, with every field, and no value but what the API sent. */
export function expectRows(records: readonly ApiRow[], rows: readonly ApiRow[]): void {
  const found = new Map(records.map((record) => [keyOf(record), record]));
  expect(records.map(keyOf).toSorted()).toEqual(rows.map(keyOf).toSorted());
  for (const row of rows) expect(differencesOf(row, found.get(keyOf(row)) ?? {})).toEqual([]);
}

/** Where a record does not say what the row said. */
export function differencesOf(row: ApiRow, record: ApiRow): string[] {
  return differences(row, withKept(record));
}

/** A record with the fields that its schema does not declare where the row has them. */
function withKept({ _ab_additional_properties: kept, ...record }: ApiRow): ApiRow {
  return { ...record, ...(kept as ApiRow | undefined) };
}

/** What tells a row from the others of its stream, as text. */
export function keyOf(row: ApiRow): string {
  const { id, customer_id, collection_id, external_product_id, charge_id, index } = row;
  return JSON.stringify(id ?? [customer_id, collection_id, String(external_product_id), charge_id, index]);
}

/**
 * Where a record does not say what the row said. A value may have changed its type: 5 and "5", "[]" and []; a number
 * its digits, which are lost in the row: 24 and "24.0"; and a time have got the zone it was without.
 */
function differences(sent: unknown, got: unknown, path = ''): string[] {
  if (isObject(sent) && isObject(got)) {
    const names = new Set([...Object.keys(sent), ...Object.keys(got)]);
    return [...names].flatMap((name) => differences(sent[name], got[name], `${path}.${name}`));
  }
  if (Array.isArray(sent) && Array.isArray(got) && sent.length === got.length)
    return sent.flatMap((item, index) => differences(item, got[index], `${path}[${index}]`));
  const same = asText(sent) === asText(got) || isSameNumber(sent, got) || got === `${String(sent)}+00:00`;
  return same ? [] : [`${path}: sent ${asText(sent)}, got ${asText(got)}`];
}

function isSameNumber(sent: unknown, got: unknown): boolean {
  return typeof sent === 'number' && typeof got === 'string' && got !== '' && Number(got) === sent;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function isObject(value: unknown): value is ApiRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
