import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configure } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { type InstalledNode, installNode } from './install-node.ts';

const tooOld = '18.20.8';
/** The first of the oldest line that package.json's `engines` allow, or the one that is to be tried. */
const oldest = process.env['NODE_VERSION'] ?? '24.5.0';

let nodes: Record<string, InstalledNode>;
let store: Sandbox;

beforeAll(async () => {
  const versions = [tooOld, oldest];
  nodes = Object.fromEntries(
    await Promise.all(versions.map(async (version) => [version, await installNode(version)])),
  );
  store = await startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000 });
});
afterAll(async () => {
  await store.close();
  for (const { folder } of Object.values(nodes)) await rm(folder, { recursive: true, force: true });
});

const under = (version: string) => nodes[version]?.env ?? {};

test.each(['spec', 'read'])(
  `on Node ${tooOld}, %s says at once that it is too old [ERR-01]`,
  async (command) => {
    const run = await runConnector([command], { env: under(tooOld), unchecked: true });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr.split('\n')[0]).toContain(`needs Node.js 24.5 or newer; this is v${tooOld}`);
  },
);

test(`on Node ${oldest}, spec`, async () => {
  const run = await runConnector(['spec'], { env: under(oldest) });
  expect(run.exitCode).toBe(0);
  expect(run.of('SPEC')).toHaveLength(1);
});

test(`on Node ${oldest}, a read of every stream`, async () => {
  const config = {
    access_token: store.token,
    start_date: `${store.firstDay}T00:00:00Z`,
    api_url: store.url,
  };
  const options = { env: under(oldest), files: { config } };
  const discovered = (await runConnector(['discover'], options)).of('CATALOG')[0]?.catalog.streams ?? [];
  const catalog = configure(discovered);
  const run = await runConnector(['read'], { ...options, files: { config, catalog } });
  expect(run.exitCode).toBe(0);
  expect(run.records('customers')).toHaveLength(store.served('/customers').length);
});
