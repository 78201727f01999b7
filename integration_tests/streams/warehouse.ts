import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { ApiRow } from './front.ts';

/** The rows of each table, by its name. */
export type Tables = Readonly<Record<string, Iterable<ApiRow>>>;

/** Runs the SQL against these tables, which have these columns of their rows. */
export function select(sql: string, columns: Readonly<Record<string, readonly string[]>>, tables: Tables) {
  const database = new DatabaseSync(':memory:');
  for (const [name, names] of Object.entries(columns)) {
    const quoted = names.map((column) => `"${column}"`);
    database.exec(`CREATE TABLE ${name} (${quoted.join(', ')})`);
    const insert = database.prepare(`INSERT INTO ${name} VALUES (${names.map(() => '?').join(', ')})`);
    for (const row of tables[name] ?? [])
      insert.run(...names.map((column) => (row[column] ?? null) as string | number | null));
  }
  return database.prepare(sql).all();
}

/** The query of docs/recharge.md that begins so. */
export async function queryOfDocs(beginning: string): Promise<string> {
  const page = await readFile(new URL('../../docs/recharge.md', import.meta.url), 'utf8');
  return new RegExp(`\`\`\`sql\\n(${beginning}.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
}
