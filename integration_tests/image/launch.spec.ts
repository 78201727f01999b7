import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { type ConfiguredCatalog, stateFile } from '../harness/clients.ts';
import { Run } from '../harness/run.ts';
import { checkTranscript } from '../harness/transcript.ts';
import { docker, image } from './engine.ts';
import { Launch } from './launch.ts';
import { layOut } from './run-image.ts';
import { catalogFor, type Config, configFor, startStore } from './store.ts';

let store: Sandbox;
let config: Config;
let catalog: ConfiguredCatalog;
let launch: Launch | undefined;

beforeEach(async () => {
  store = await startStore();
  config = configFor(store);
  catalog = await catalogFor(config);
});
afterEach(async () => {
  await launch?.remove();
  launch = undefined;
  await store.close();
});

async function start(files: Readonly<Record<string, unknown>> = {}): Promise<Launch> {
  launch = await Launch.start({ connectorConfig: config, catalog, ...files });
  return launch;
}

/** Reads the pipe to its end, at the pace that `pause` sets, and checks what came. */
async function readAll(from: Launch, pause?: (bytes: number) => Promise<void>): Promise<Run> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of from.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    await pause?.(bytes);
  }
  await from.ended;
  const stdout = Buffer.concat(chunks).toString();
  const exitCode = (await from.exitCode()) ?? null;
  checkTranscript({ stdout, stderr: from.stderr, exitCode, catalog, secrets: [config.access_token] });
  return new Run({ stdout, stderr: from.stderr, exitCode, signal: null, duration: 0 });
}

test('RUN-01: a first sync, and one from its state', async () => {
  const first = await readAll(await start());
  expect(first.exitCode).toBe(0);
  expect(first.records('charges')).toHaveLength(store.served('/charges').length);
  await launch?.remove();

  const second = await readAll(await start({ inputState: stateFile(first) }));
  expect(second.exitCode).toBe(0);
  expect(second.records('charges').length).toBeLessThan(first.records('charges').length);
});

test('EXIT-01: a source that fails says so in its exit code, and the pod takes it over', async () => {
  config = { ...config, access_token: 'sk_test_of_another_store' };
  const run = await readAll(await start());
  expect(run.exitCode).toBe(1);
  expect(await launch?.ended).toBe(1);
  expect(run.errors().map(({ failure_type }) => failure_type)).toContain('config_error');
});

test('OUT-07, OUT-08: nothing is lost where the destination is slow', async () => {
  let pauses = 0;
  const slow = async (bytes: number) => {
    if (bytes < pauses * 500_000) return;
    pauses += 1;
    await sleep(300);
  };
  const run = await readAll(await start(), slow);
  expect(pauses).toBeGreaterThan(2);
  expect(run.exitCode).toBe(0);
  expect(run.records('orders')).toHaveLength(store.served('/orders').length);
});

test('OUT-09, EXIT-03: cancelled, it stops asking Recharge and goes in silence', async () => {
  store.setLatency(50);
  const running = await start();
  await new Promise((gone) => running.stdout.once('data', gone));
  await running.cancel();
  const cancelledAt = Date.now();
  await running.ended;
  expect(Date.now() - cancelledAt).toBeLessThan(5_000);
  expect(running.stderr).toBe('');
  // What the platform takes for a cancel: 143 where its own kill came first, 1 where the closed pipe did.
  expect([1, 143]).toContain(await running.exitCode());
  const asked = store.requests.length;
  await sleep(500);
  expect(store.requests).toHaveLength(asked);
});

test('EXIT-04: its exit code is there as soon as its output ends', async () => {
  const running = await start();
  running.stdout.resume();
  await new Promise((end) => running.stdout.once('end', end));
  const endedAt = Date.now();
  await running.ended;
  // The platform takes a source for killed that has not said how it ended ten seconds after its last line.
  expect(Date.now() - endedAt).toBeLessThan(5_000);
  expect(await running.exitCode()).toBe(0);
});

test.each([
  ['check', '"SUCCEEDED"'],
  ['discover', '"CATALOG"'],
])('CLI-07: %s from /config, with the name of the file alone', async (command, answer) => {
  const folder = await layOut({ connectionConfiguration: config });
  const wrapped = `eval "$AIRBYTE_ENTRYPOINT ${command} --config connectionConfiguration.json" > jobOutput.json; echo $?; cat jobOutput.json`;
  const mount = [`--volume=${folder}:/config`, '--workdir=/config', '--network=host'];
  const output = await docker(['run', '--rm', ...mount, '--entrypoint=sh', image, '-c', wrapped]);
  await rm(folder, { recursive: true });
  expect(output).toMatch(/^0\n/);
  expect(output).toContain(answer);
});
