import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import type { ConfiguredCatalog } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { docker, image } from './engine.ts';
import { layOut, runImage } from './run-image.ts';
import { catalogFor, type Config, configFor, startStore } from './store.ts';

let store: Sandbox;
let config: Config;
let catalog: ConfiguredCatalog;

beforeAll(async () => {
  store = await startStore();
  config = configFor(store);
  catalog = await catalogFor(config);
});
afterAll(() => store.close());

test('spec needs no network, no config, and no place to write [CLI-12]', async () => {
  const run = await runImage('spec', { options: ['--rm', '--network=none', '--read-only'] });
  expect(run.of('SPEC')).toHaveLength(1);
  expect(run.exitCode).toBe(0);
});

const hardened = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

describe.each<[string, string[]]>([
  ['as it comes', []],
  ['with a read-only root, no capabilities, no way to more privileges', hardened],
  ['as any user, without a home', ['--user=23456:0', '--env=HOME=/nonexistent']],
  ['as any user, without a home, hardened', [...hardened, '--user=23456:23456', '--env=HOME=']],
])('%s [IMG-04]', (_name, options) => {
  const run = (command: string, files = {}) => runImage(command, { files, options: ['--rm', ...options] });

  test('spec', async () => {
    expect((await run('spec')).of('SPEC')).toHaveLength(1);
  });

  test('check', async () => {
    const statuses = (await run('check', { config })).of('CONNECTION_STATUS');
    expect(statuses).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
  });

  test('discover', async () => {
    const streams = (await run('discover', { config })).of('CATALOG')[0]?.catalog.streams;
    expect(streams?.map(({ name }) => name)).toEqual(catalog.streams.map(({ stream }) => stream.name));
  });

  test('read', async () => {
    const read = await run('read', { config, catalog });
    expect(read.exitCode).toBe(0);
    expect(read.records('customers')).toHaveLength(store.served('/customers').length);
    expect(read.records('orders')).toHaveLength(store.served('/orders').length);
  });
});

test('files of mode 444 in a folder mounted at /airbyte/tmp, stdin open [PYA-02]', async () => {
  const run = await runImage('read', {
    files: { config, catalog, state: [] },
    mountedAt: '/airbyte/tmp',
    options: ['--rm', '--interactive'],
  });
  expect(run.exitCode).toBe(0);
  expect(run.records('store')).toHaveLength(1);
});

test('a config that the user of the container may not read [CLI-08, STD-06]', async () => {
  const folder = await layOut({ config });
  try {
    await chmod(join(folder, 'config.json'), 0);
    const run = await runConnector(['check', '--config', '/secrets/config.json'], {
      executable: ['docker', 'run', '--rm', '--network=none', `--volume=${folder}:/secrets`, image],
    });
    expect(run.exitCode).toBe(1);
    expect(run.errors()[0]?.message).toMatch(/\/secrets\/config\.json.*permission/i);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the doctor, by another entrypoint, hardened', async () => {
  // By such a token it asks 99 times a second.
  const quick = await startStore({ token: `sk_test_99x1_${'a7'.repeat(32)}` });
  const folder = await layOut({ config: configFor(quick) });
  try {
    const mount = `--volume=${folder}:/secrets:ro`;
    const options = ['--rm', '--network=host', ...hardened, mount, '--entrypoint=/airbyte/doctor'];
    const report = await docker(['run', ...options, image, '--config', '/secrets/config.json', '--json']);
    expect(JSON.parse(report)).toMatchObject({ stopped: expect.stringMatching('done|limit'), most: 120 });
  } finally {
    await rm(folder, { recursive: true, force: true });
    await quick.close();
  }
});

test('exit codes reach whoever runs the container [CLI-05]', async () => {
  await expect(docker(['run', '--rm', image, 'write'])).rejects.toMatchObject({ code: 2, stdout: '' });
});
