import type { Sandbox } from '../../sandbox/index.ts';
import { parseUtc, parseStoreTime } from '../../src/sync/instant.ts';
import { listings, rowsOf } from './listings.ts';
import type { Table, Tables } from './pyairbyte.ts';

type Row = ReturnType<Sandbox['served']>[number];

const keyIn =
  ({ primary_key }: Table) =>
  (row: Row): string =>
    JSON.stringify(primary_key.map((column) => row[column]));

/** What a sync left in the tables, what is wrong with it, and what was compared, for a person. */
interface Comparison {
  readonly tables: Tables;
  readonly problems: readonly string[];
  readonly report: readonly string[];
}

/** After a first sync each stream must hold just what the store serves. */
export function compareFirst(store: Sandbox, tables: Tables, name: string): Comparison {
  const problems = compareNames(tables);
  const report = [`${name}, first sync`];
  for (const [stream, table] of Object.entries(tables)) {
    const keys = rowsOf(store, stream).map(keyIn(table));
    problems.push(...differences(`${stream}: first sync`, table.keys, keys));
    report.push(line(stream, `${keys.length} served`, `${table.keys.length} in the table`));
  }
  return { tables, problems, report };
}

/**
 * A second must have loaded the rows at or after the cursor saved by the first, and all of a stream without cursor;
 * and rows that the store has lost since stay in the table.
 */
export function compareSecond(store: Sandbox, first: Tables, tables: Tables, name: string): Comparison {
  const problems = compareNames(tables);
  const report = [`${name}, second sync`];
  for (const [stream, table] of Object.entries(tables)) {
    const rows = rowsOf(store, stream);
    const due = rows.filter((row) => isDue(stream, row, first[stream])).map(keyIn(table));
    const all = [...new Set([...(first[stream]?.keys ?? []), ...due])];
    problems.push(...differences(`${stream}: second sync loaded`, table.loaded, due));
    problems.push(...differences(`${stream}: after the second sync`, table.keys, all));
    if (due.length === 0) problems.push(`${stream}: nothing was due, so nothing was tested`);
    report.push(
      line(stream, `${due.length} due`, `${table.loaded.length} loaded`, `${table.keys.length} in the table`),
    );
  }
  return { tables, problems, report };
}

function isDue(stream: string, row: Row, before: Table | undefined): boolean {
  const field = listings[stream]?.cursor;
  const [saved, time] = field === undefined ? [] : [before?.state[field], row[field]];
  const bound = saved === undefined ? undefined : parseUtc(saved);
  const instant = typeof time === 'string' ? parseStoreTime(time) : undefined;
  return bound === undefined || instant === undefined || instant >= bound;
}

function compareNames(tables: Tables): string[] {
  return differences('streams', Object.keys(tables), Object.keys(listings));
}

/** Both ways, and keys that are there twice. */
export function differences(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const [have, want] = [new Set(found), new Set(expected)];
  const missing = [...want.difference(have)];
  const extra = [...have.difference(want)];
  const some = (keys: readonly string[]) => `${keys.length} (${keys.slice(0, 5).join(', ')})`;
  return [
    ...(missing.length > 0 ? [`${what}: missing ${some(missing)}`] : []),
    ...(extra.length > 0 ? [`${what}: not expected ${some(extra)}`] : []),
    ...(have.size < found.length ? [`${what}: ${found.length - have.size} twice`] : []),
  ];
}

export function line(stream: string, ...facts: readonly string[]): string {
  return `  ${stream.padEnd(24)}${facts.map((fact) => fact.padStart(18)).join('')}`;
}
