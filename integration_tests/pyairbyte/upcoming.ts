import { readFile } from 'node:fs/promises';
import { startSandbox } from '../../sandbox/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { Merchant } from '../streams/merchant.ts';
import { differences, line } from './compare.ts';
import { configOf, type PostgresDatabase, type Target, Warehouse } from './pyairbyte.ts';

const streams = ['charges', 'charge_line_items', 'subscriptions'];

/** The query of docs/recharge.md for upcoming charges. */
async function documentedQuery(): Promise<string> {
  const page = await readFile(new URL('../../docs/recharge.md', import.meta.url), 'utf8');
  const query = /```sql\n(WITH due.*?)```/s.exec(page)?.[1];
  if (query === undefined) throw new Error('docs/recharge.md has no query for upcoming charges');
  return query;
}

/** Loads a store, edits it, loads again, and holds what the documented query finds against the store's queued charges. */
export async function compareUpcoming(
  python: string,
  target: Target,
  captureDeletes: boolean,
  postgres?: PostgresDatabase,
): Promise<string[]> {
  const store = await startSandbox({
    frozen: true,
    bucketSize: 100_000,
    leakPerSecond: 100_000,
    rebuildSeconds: 0,
  });
  const settings = { ...configOf(store), capture_deletes: captureDeletes };
  const warehouse = await Warehouse.create(python, target, settings, postgres);
  try {
    const merchant = new Merchant(store, dice(1));
    await warehouse.sync(streams);
    for (let edits = 0; edits < 300; edits += 1) merchant.edit();
    const { charges } = await warehouse.sync(streams);
    const found = await warehouse.ids(await documentedQuery());
    const all = await warehouse.ids("SELECT id FROM charges WHERE status = 'queued'");
    const queued = store.rows('charges').filter(({ status }) => status === 'queued');
    const name = `upcoming charges, capture_deletes ${captureDeletes}`;
    const facts = [
      `${queued.length} upcoming`,
      `${all.length} in the table`,
      `${charges?.deleted.length} deleted`,
    ];
    process.stdout.write(`${name}\n${line('charges', ...facts)}\n`);
    const hasPhantoms = all.length > queued.length;
    return [
      ...(hasPhantoms === captureDeletes ? [`${name}: queued charges that are gone: ${hasPhantoms}`] : []),
      ...differences(
        name,
        found.map(String),
        queued.map(({ id }) => String(Number(id))),
      ),
    ];
  } finally {
    await warehouse.remove();
    await store.close();
  }
}
