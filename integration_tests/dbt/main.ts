import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Steps } from '../harness/steps.ts';
import { Postgres } from '../pyairbyte/postgres.ts';
import { brokenMarts } from './broken-marts.ts';
import { chargesKept, emptyStore, rawSchemaRefused, withoutStreams, zones } from './choices.ts';
import { byDestination, byPyAirbyte } from './shops.ts';
import { threeSyncs } from './three-syncs.ts';
import { type Bin, dbtEnvironment, run } from './warehouse.ts';

/** Which store is loaded, and how it is edited: SEED, or another one at each run. */
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/**
 * Builds the marts of dbt/ over stores that PyAirbyte or the project's loader filled, in DuckDB and PostgreSQL, runs
 * their tests, and compares the marts with each other and with the stores. Compiles them for BigQuery and Snowflake.
 * `node integration_tests/dbt/main.ts PYTHON BIN`: PYTHON has ../pyairbyte/requirements.txt, BIN is the folder of
 * programs of an environment with requirements.txt. Exits 1 where anything differs.
 */
async function main(python: string, bin: Bin): Promise<number> {
  const steps = new Steps();
  process.stdout.write(`SEED=${seed}\n`);
  const server = await Postgres.start();
  const postgres = async (name: string) => {
    await server.createDatabase(name);
    return `postgresql://airbyte@127.0.0.1:${server.port}/${name}`;
  };
  try {
    // Two at a time: each is one processor's work.
    await Promise.all([
      inTurn([
        () => steps.all('DuckDB, loaded by PyAirbyte', () => byPyAirbyte(python, bin)),
        () => steps.all('what the tests of the marts find', () => brokenMarts(bin)),
        async () => {
          const address = await postgres('kept');
          await steps.all('charges kept from an earlier tool', () => chargesKept(bin, address));
        },
        () => steps.all('without some streams', () => withoutStreams(bin)),
        () => steps.all('marts among the raw tables are refused', () => rawSchemaRefused(bin)),
      ]),
      inTurn([
        async () => {
          const address = await postgres('shop');
          await steps.all('PostgreSQL and DuckDB, as a destination loads', () =>
            byDestination(bin, address, seed),
          );
        },
        async () => {
          const address = await postgres('edited');
          await steps.all('three syncs and a fresh one', () => threeSyncs(bin, address, seed));
        },
        () => steps.all('an empty store', () => emptyStore(bin)),
        async () => {
          const address = await postgres('zones');
          await steps.all('the shop in another time zone', () => zones(bin, address));
        },
        () => steps.all('BigQuery and Snowflake, compiled', () => compiled(bin)),
      ]),
    ]);
    return steps.good ? 0 : 1;
  } finally {
    await server.stop();
  }
}

async function inTurn(works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const work of works) await work();
}

/** The SQL that two warehouses without a server here would be given. */
async function compiled(bin: Bin): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dbt-'));
  const env = { ...dbtEnvironment(folder), DBT_PROFILES_DIR: import.meta.dirname };
  try {
    const problems: string[] = [];
    for (const warehouse of ['bigquery', 'snowflake']) {
      const target = join(folder, warehouse);
      const flags = [
        '--no-introspect',
        '--no-populate-cache',
        '--target',
        warehouse,
        '--target-path',
        target,
      ];
      const dbt = await run(join(bin, 'dbt'), ['compile', '--no-use-colors', ...flags], { env });
      const parser = [join(import.meta.dirname, 'parse.py'), warehouse, join(target, 'compiled')];
      const parsed = await run(join(bin, 'python'), parser);
      process.stdout.write(parsed.output);
      if (dbt.code !== 0 || parsed.code !== 0) problems.push(dbt.output + parsed.output);
    }
    return problems;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [python, bin] = process.argv.slice(2);
if (python === undefined || bin === undefined)
  throw new Error('Usage: node integration_tests/dbt/main.ts PYTHON BIN');
process.exitCode = await main(resolve(python), resolve(bin));
