import { resolve } from 'node:path';
import { startSandbox } from '../../sandbox/index.ts';
import { Steps } from '../harness/steps.ts';
import { image } from '../image/engine.ts';
import { compareChoices } from './choices.ts';
import { compareFirst, compareSecond } from './compare.ts';
import { endingBadly, failed, stopEarly } from './early-stop.ts';
import { changeStore } from './changes.ts';
import { Postgres } from './postgres.ts';
import { configOf, type PostgresDatabase, type Target, Warehouse } from './pyairbyte.ts';
import { compareUpcoming } from './upcoming.ts';
import { Python } from './python.ts';
import { runDocumented } from './documented.ts';

/**
 * Loads a store by PyAirbyte, changes the store, loads again, and compares both with the store itself; through the
 * built file and through the image, into DuckDB and into PostgreSQL. Then with other settings, and ended early.
 * `node integration_tests/pyairbyte/main.ts PYTHON`, where PYTHON has requirements.txt installed. Exits 1 on any
 * difference.
 */
async function main(python: string): Promise<number> {
  const executable = resolve(import.meta.dirname, '../../dist/source-recharge');
  const steps = new Steps();
  const server = await Postgres.start();
  const postgres = async (database: string): Promise<PostgresDatabase> => {
    await server.createDatabase(database);
    return { port: server.port, database };
  };
  const inPostgres = {
    file: await postgres('file'),
    image: await postgres('image'),
    upcoming: await postgres('upcoming'),
  };
  try {
    // Two at a time: each is one processor's work.
    await Promise.all([
      steps.all('the file into DuckDB [PYA-01, PYA-04]', () => compare(python, { executable })),
      steps.all('the image into PostgreSQL [PYA-02, PYA-04]', () =>
        compare(python, { image }, inPostgres.image),
      ),
    ]);
    await Promise.all([
      steps.all('the image into DuckDB [PYA-02, PYA-04]', () => compare(python, { image })),
      steps.all('the file into PostgreSQL [PYA-01, PYA-04]', () =>
        compare(python, { executable }, inPostgres.file),
      ),
    ]);
    await Promise.all([
      steps.all('with orders of 2021-01 and deletions [PYA-04]', () =>
        compareChoices(python, { executable }),
      ),
      stopsEarly(steps, python, executable),
    ]);
    await Promise.all([
      steps.all('upcoming charges in DuckDB, with deletions [PYA-04]', () =>
        compareUpcoming(python, { executable }, true),
      ),
      steps.all('upcoming charges in PostgreSQL, without [PYA-04]', () =>
        compareUpcoming(python, { executable }, false, inPostgres.upcoming),
      ),
      steps.all('the program of docs/pyairbyte.md, with a token that lacks a scope [PYA-04]', () =>
        runDocumented(python, executable),
      ),
    ]);
    return steps.good ? 0 : 1;
  } finally {
    await server.stop();
  }
}

async function stopsEarly(steps: Steps, python: string, executable: string): Promise<void> {
  await steps.all('the file, stopped early [PYA-05]', () =>
    stopEarly(python, () => ({ executable }), { exit_code: -15, complaints: [] }),
  );
  await steps.all('the image, stopped early [PYA-05]', () =>
    stopEarly(python, () => ({ image }), { exit_code: 143, complaints: [`${failed} 143`] }),
  );
  await steps.all('a source that ends badly is heard [PYA-05]', () =>
    stopEarly(python, (folder) => endingBadly(folder, executable), {
      exit_code: 7,
      complaints: [`${failed} 7`],
    }),
  );
  await steps.all('pyab validate [PYA-06]', async () => [
    ...(await validate(python, executable)),
    ...(await validate(python, image)),
  ]);
}

async function compare(python: string, target: Target, postgres?: PostgresDatabase): Promise<string[]> {
  const name = `${Object.keys(target)[0]} into ${postgres === undefined ? 'DuckDB' : 'PostgreSQL'}`;
  // The clock stands still so that no row crosses one of the store's time limits between reading and comparing.
  const store = await startSandbox({ frozen: true, bucketSize: 100_000, leakPerSecond: 100_000 });
  const warehouse = await Warehouse.create(python, target, configOf(store), postgres);
  try {
    const first = compareFirst(store, await warehouse.sync(), name);
    changeStore(store);
    const second = compareSecond(store, first.tables, await warehouse.sync(), name);
    process.stdout.write([...first.report, ...second.report].join('\n').concat('\n'));
    return [...first.problems, ...second.problems];
  } finally {
    await warehouse.remove();
    await store.close();
  }
}

/** What PyAirbyte itself asks of a connector. */
async function validate(python: string, connector: string): Promise<string[]> {
  const store = await startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000 });
  const environment = await Python.create(python);
  try {
    await environment.validate(connector, configOf(store));
    return [];
  } finally {
    await environment.remove();
    await store.close();
  }
}

const [python] = process.argv.slice(2);
if (python === undefined) throw new Error('Usage: node integration_tests/pyairbyte/main.ts PYTHON');
process.exitCode = await main(resolve(python));
