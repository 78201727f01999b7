import { deepStrictEqual, ok } from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Testing from '../../src/airbyte/testing/index.ts';
import { Steps } from '../harness/steps.ts';
import { Python } from '../pyairbyte/python.ts';
import type { Tables } from '../pyairbyte/pyairbyte.ts';
import { env, Installation } from './installation.ts';
import { OrdersServer } from './orders-server.ts';

/**
 * Packs the source kit, installs the tarball in an empty folder, and there type-checks and runs the source of the kit's
 * README: by the tarball's own tests, and by PyAirbyte.
 * `node integration_tests/kit-package/main.ts PYTHON`, where PYTHON has pyairbyte/requirements.txt installed. Exits 1 on
 * any difference.
 */
async function main(python: string): Promise<number> {
  const steps = new Steps();
  const step = (name: string, work: () => Promise<void>) => steps.all(name, () => work().then(() => []));
  const server = await OrdersServer.start();
  const installation = await Installation.create();
  try {
    server.update(range(1, 250), 'new', 0);
    await installation.writePrograms(server.url, server.apiKey);
    await step("the README's programs are strictly typed", () => installation.checkTypes());
    await step("the README's tests of its source", () => runTests(installation));
    await step("the README's source, by the tarball's own checks", () => runSource(installation, server));
    server.update(range(1, 250), 'new', 0);
    await step("the README's source, by PyAirbyte", () => runPyAirbyte(installation, server, python));
    return steps.good ? 0 : 1;
  } finally {
    await server.close();
    await installation.remove();
  }
}

async function runTests(installation: Installation): Promise<void> {
  const printed = await installation.run(process.execPath, [installation.tests]);
  // Inclusive bounds read the last order of each full page again.
  deepStrictEqual(printed, "252 { updated_at: '2024-05-01T00:04:09Z' }\n");
}

async function runSource(installation: Installation, server: OrdersServer): Promise<void> {
  const entrance = pathToFileURL(installation.resolve('airbyte-source-kit/testing')).href;
  const { configure, recordValidator, runConnector, stateFile } = (await import(entrance)) as typeof Testing;
  const config = configOf(server);
  const options = { executable: [installation.source] as const, env, secrets: [server.apiKey] };
  const run = (command: string, files: object) => runConnector([command], { ...options, files });

  const spec = (await run('spec', {})).of('SPEC')[0]?.spec.connectionSpecification ?? {};
  deepStrictEqual(spec['required'], ['api_url', 'api_key', 'start_date']);
  const statusOf = async (settings: object) =>
    (await run('check', { config: { ...config, ...settings } })).of('CONNECTION_STATUS')[0]?.connectionStatus;
  deepStrictEqual(await statusOf({}), { status: 'SUCCEEDED' });
  deepStrictEqual(await statusOf({ api_key: 'wrong' }), {
    status: 'FAILED',
    message: 'The API rejects the API key. Enter a valid one.',
  });
  deepStrictEqual(await statusOf({ start_date: 'yesterday', api_key: null }), {
    status: 'FAILED',
    message: 'Config validation error: api_key: is missing; start_date: invalid ISO datetime.',
  });

  const discovered = (await run('discover', { config })).of('CATALOG')[0]?.catalog.streams ?? [];
  const catalog = configure(discovered);
  const first = await run('read', { config, catalog });
  deepStrictEqual(idsOf(first.records('orders')), server.ids);
  const isValid = recordValidator(discovered[0]?.json_schema ?? {});
  for (const record of first.records()) ok(isValid(record), JSON.stringify(isValid.errors));

  server.update([7, 251], 'changed', 1_000);
  const second = await run('read', { config, catalog, state: stateFile(first) });
  // The last order of the first sync again, and what was changed since.
  deepStrictEqual(idsOf(second.records('orders')), [7, 250, 251]);
}

async function runPyAirbyte(
  installation: Installation,
  server: OrdersServer,
  program: string,
): Promise<void> {
  const python = await Python.create(program);
  const { source: executable } = installation;
  const duckdb = join(python.folder, 'orders.duckdb');
  const sync = async () => {
    const asked = { name: 'source-orders', executable, duckdb, config: configOf(server), streams: '*' };
    const { orders } = await python.script<Tables>('sync.py', asked);
    return { keys: numbers(orders?.keys), loaded: numbers(orders?.loaded), state: orders?.state };
  };
  try {
    const first = await sync();
    deepStrictEqual(first.keys, server.ids);
    server.update([8, 252], 'changed', 2_000);
    const second = await sync();
    deepStrictEqual(second.keys, server.ids);
    deepStrictEqual(second.loaded, [8, 251, 252]);
    deepStrictEqual(second.state, { updated_at: '2024-05-01T00:33:21Z' });
  } finally {
    await python.remove();
  }
}

function configOf({ url, apiKey }: OrdersServer): object {
  return { api_url: url, api_key: apiKey, start_date: '2024-01-01T00:00:00Z' };
}

function idsOf(records: readonly object[]): number[] {
  const ids = records.map((record) => Number((record as { id: unknown }).id));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}

/** From keys such as `[7]`, each once: PyAirbyte keeps both of two rows of one key in a first sync. */
function numbers(keys: readonly string[] = []): number[] {
  return [...new Set(keys.map((key) => Number(JSON.parse(key)[0])))].toSorted((a, b) => a - b);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const [python] = process.argv.slice(2);
if (python === undefined) throw new Error('Usage: node integration_tests/kit-package/main.ts PYTHON');
process.exitCode = await main(resolve(python));
