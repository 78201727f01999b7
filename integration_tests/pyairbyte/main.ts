import { resolve } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { compareFirst, compareSecond } from './compare.ts';
import { idsFor, listings } from './listings.ts';
import { Postgres } from './postgres.ts';
import { type PostgresDatabase, type Target, Warehouse } from './pyairbyte.ts';

/**
 * Loads a store by PyAirbyte, changes the store, loads again, and compares both with the store itself; through the
 * built file and through the image, into DuckDB and into PostgreSQL. `node integration_tests/pyairbyte/main.ts PYTHON`,
 * where PYTHON has requirements.txt installed. Exits 1 on any difference.
 */
async function main(python: string): Promise<number> {
  const file: Target = { executable: resolve(import.meta.dirname, '../../dist/source-recharge') };
  const image: Target = { image: 'airbyte/source-recharge:dev' };
  const server = await Postgres.start();
  const postgres = async (database: string): Promise<PostgresDatabase> => {
    await server.createDatabase(database);
    return { port: server.port, database };
  };
  try {
    // Two at a time: each is one processor's work.
    const problems = [
      ...(await both(compare(python, file), compare(python, image, await postgres('image')))),
      ...(await both(compare(python, image), compare(python, file, await postgres('file')))),
    ];
    for (const problem of problems) process.stdout.write(`DIFFERENT ${problem}\n`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

/** The problems of both, once both have ended: whoever fails does not leave the other behind. */
async function both(...runs: readonly [Promise<string[]>, Promise<string[]>]): Promise<string[]> {
  const ended = await Promise.allSettled(runs);
  return ended.flatMap((run) => (run.status === 'fulfilled' ? run.value : [String(run.reason)]));
}

async function compare(python: string, target: Target, postgres?: PostgresDatabase): Promise<string[]> {
  const name = `${Object.keys(target)[0]} into ${postgres === undefined ? 'DuckDB' : 'PostgreSQL'}`;
  // The clock stands still so that no row crosses one of the store's time limits between reading and comparing.
  const store = await startSandbox({ frozen: true, bucketSize: 100_000, leakPerSecond: 100_000 });
  const { url, token, firstDay } = store;
  const config = { access_token: token, start_date: `${firstDay}T00:00:00Z`, api_url: url };
  const warehouse = await Warehouse.create(python, target, config, postgres);
  try {
    // Once for each target is enough; stopped early as the file alone: Docker gives another exit code than PyAirbyte
    // expects of a process.
    if (postgres === undefined) await warehouse.validate();
    const stopEarly = postgres === undefined && 'executable' in target;
    const first = compareFirst(store, await warehouse.sync({ stopEarly }), name);
    changeStore(store);
    const second = compareSecond(store, first.tables, await warehouse.sync({ stopEarly: false }), name);
    process.stdout.write([...first.report, ...second.report].join('\n').concat('\n'));
    return [...first.problems, ...second.problems].map((problem) => `${name}: ${problem}`);
  } finally {
    await warehouse.remove();
    await store.close();
  }
}

/** Of each kind of row: two change, one is new, one is gone. Of what lies within others, one of those changes. */
function changeStore(store: Sandbox): void {
  // An event that says which attribute changed.
  store.update('customers', idsFor(store, 'customers')[0] ?? Number.NaN, { first_name: 'Ada' });
  for (const [stream, { paths, resource, items }] of Object.entries(listings)) {
    if (resource === undefined) continue;
    const ids = idsFor(store, stream);
    if (items !== undefined) {
      store.update(resource, ids[0] ?? Number.NaN);
      continue;
    }
    const [first, second, gone] = [ids[0], ids[Math.floor(ids.length / 2)], ids[1]];
    for (const id of [first, second]) if (id !== undefined) store.update(resource, id);
    if (gone !== undefined && ids.length > 2) store.remove(resource, gone);
    const owner = new URL(paths(store)[0] ?? '/', 'http://sandbox').searchParams.get('owner_resource');
    store.create(resource, owner === null ? {} : { owner_resource: owner });
  }
}

const [python] = process.argv.slice(2);
if (python === undefined) throw new Error('Usage: node integration_tests/pyairbyte/main.ts PYTHON');
process.exitCode = await main(resolve(python));
