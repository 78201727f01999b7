import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { checkTranscript, type ConfiguredCatalog, Run, stateFile } from '../../src/airbyte/testing/index.ts';
import { Launch } from './launch.ts';
import { launchCommand } from './launch-command.ts';
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
  return soundRun(from, Buffer.concat(chunks).toString());
}

/** What came out, checked. `cutShort`: nobody read it to its end. */
async function soundRun(from: Launch, stdout: string, cutShort = false): Promise<Run> {
  const ended = { stdout, stderr: from.stderr, exitCode: (await from.exitCode()) ?? null };
  checkTranscript({ ...ended, catalog, secrets: [config.access_token], cutShort });
  return new Run({ ...ended, signal: null, duration: 0 });
}

/** Reads the pipe up to the first line with this in it, and keeps what has come by then. */
async function readUntil(from: Launch, part: string): Promise<string> {
  let stdout = '';
  await new Promise<void>((found) => {
    from.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      if (stdout.includes(part)) found();
    });
  });
  return stdout;
}

test('a first sync, and one from its state [RUN-01, RUN-03, RUN-04, IMG-04]', async () => {
  const first = await readAll(await start());
  expect(first.exitCode).toBe(0);
  expect(first.records('charges')).toHaveLength(store.served('/charges').length);
  await launch?.remove();

  const second = await readAll(await start({ inputState: stateFile(first) }));
  expect(second.exitCode).toBe(0);
  expect(second.records('charges').length).toBeLessThan(first.records('charges').length);
});

test('a source that fails says so in its exit code, and the pod takes it over [EXIT-01]', async () => {
  config = { ...config, access_token: 'sk_test_of_another_store' };
  const run = await readAll(await start());
  expect(run.exitCode).toBe(1);
  expect(await launch?.ended).toBe(1);
  expect(run.errors().map(({ failure_type }) => failure_type)).toContain('config_error');
});

test('nothing is lost where the destination is slow [OUT-07, OUT-08]', async () => {
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

test('cancelled while Recharge is silent, it is gone without a word: 143 [EXIT-03, OUT-09, SIG-04]', async () => {
  catalog = await catalogFor(config, ['orders']);
  store.setLatency(({ query }) => (query.has('cursor') ? 60_000 : 0));
  const running = await start();
  const stdout = await readUntil(running, '"STATE"');
  // What is on its way arrives; then nothing is, for the second page takes a minute.
  await sleep(500);
  await running.cancel();
  const cancelledAt = Date.now();
  await running.ended;
  expect(Date.now() - cancelledAt).toBeLessThan(5_000);
  expect(await running.exitCode()).toBe(143);
  expect(running.stderr).toBe('');
  expect(await running.exists()).toBe(false);
  const run = await soundRun(running, stdout, true);
  expect(run.statuses('orders')).toEqual(['STARTED', 'RUNNING']);
  const asked = store.requests.length;
  await sleep(500);
  expect(store.requests).toHaveLength(asked);
});

test('a pipe that closes while it writes ends it in silence: 1 [EXIT-03, OUT-09, SIG-04]', async () => {
  store.setLatency(50);
  const running = await start();
  const stdout = await readUntil(running, '"RECORD"');
  // The marker comes later: the platform looks for it every ten seconds.
  running.closePipe();
  const closedAt = Date.now();
  await running.ended;
  expect(Date.now() - closedAt).toBeLessThan(5_000);
  expect(await running.exitCode()).toBe(1);
  expect(running.stderr).toBe('');
  await soundRun(running, stdout, true);
  const asked = store.requests.length;
  await sleep(500);
  expect(store.requests).toHaveLength(asked);
});

test('its exit code is there as soon as its output ends [EXIT-04]', async () => {
  const running = await start();
  let endedAt = 0;
  running.stdout.once('end', () => {
    endedAt = Date.now();
  });
  const run = await readAll(running);
  // The platform takes a source for killed that has not said how it ended ten seconds after its last line.
  expect(Date.now() - endedAt).toBeLessThan(5_000);
  expect(run.exitCode).toBe(0);
});

test('check from /config, with the name of the file alone [CLI-07, RUN-04]', async () => {
  const run = await launchCommand('check', config);
  expect(run.of('CONNECTION_STATUS')).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
  expect(run.exitCode).toBe(0);
});

test('discover from /config, with the name of the file alone [CLI-07, RUN-04]', async () => {
  const run = await launchCommand('discover', config);
  expect(run.of('CATALOG')).toHaveLength(1);
  expect(run.exitCode).toBe(0);
});
