import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Message, run } from './connector.ts';
import { Progress } from './progress.ts';
import { table } from './table.ts';

const outputFolder = 'demo-output';

interface Sync {
  readonly records: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, object>;
  /** For each stream, what the connector's summary says of its reading: "3 pages, 3 requests", or with what it was read. */
  readonly work: ReadonlyMap<string, string>;
}

const say = (text: string) => console.log(text);

/** A sandbox store, check, discover, a first sync and an incremental one, through the built connector. */
async function demo(sandbox: Sandbox, folder: string): Promise<void> {
  const files = {
    config: join(folder, 'config.json'),
    catalog: join(folder, 'catalog.json'),
    state: join(folder, 'state.json'),
  };
  const config = { access_token: sandbox.token, start_date: '2015-01-01T00:00:00Z', api_url: sandbox.url };
  await writeFile(files.config, JSON.stringify(config));
  say(`A Recharge store of invented customers runs at ${sandbox.url}\n`);

  say('check');
  await run(['check', '--config', files.config], ({ connectionStatus }) => {
    if (connectionStatus) say(`  ${connectionStatus.status} ${connectionStatus.message ?? ''}`.trimEnd());
  });

  say('discover');
  let streams: NonNullable<Message['catalog']>['streams'] = [];
  await run(['discover', '--config', files.config], ({ catalog }) => {
    if (catalog) streams = catalog.streams;
  });
  say(`  ${streams.length} streams: ${streams.map(({ name }) => name).join(', ')}`);
  await writeFile(files.catalog, JSON.stringify(configured(streams)));

  say('read: the first sync');
  const first = await sync(['--config', files.config, '--catalog', files.catalog]);
  await writeFile(files.state, JSON.stringify(stateMessages(first.states)));

  const touched = changeSomething(sandbox);
  say(`read: the second sync, after ${touched} orders were changed; it goes on from the first one's state,`);
  say('  and reads the newest rows of each stream again, since others may share their second');
  const second = await sync(['--config', files.config, '--catalog', files.catalog, '--state', files.state]);

  const rows = streams.map(({ name }) => [
    name,
    ...figures(first, name),
    ...figures(second, name),
    stateText(second.states.get(name)),
  ]);
  say(`\n${table(['stream', 'records', 'by', 'then: records', 'by', 'state'], rows)}`);
  say(
    `\nThe records are in ${outputFolder}/, one file a stream, a JSON object a line, those of both syncs: a row that came twice has the same key.`,
  );
}

async function sync(args: readonly string[]): Promise<Sync> {
  const progress = new Progress();
  const states = new Map<string, object>();
  const work = new Map<string, string>();
  const files = new Map<string, WriteStream>();
  await run(['read', ...args], ({ record, state, log }) => {
    if (record !== undefined) {
      progress.add(record.stream);
      fileOf(files, record.stream).write(`${JSON.stringify(record.data)}\n`);
    } else if (state !== undefined)
      states.set(state.stream.stream_descriptor.name, state.stream.stream_state);
    const [, name, reading] =
      /^Summary of (\w+): .*; (\d+ pages?, \d+ requests?|read with \w+)/.exec(log?.message ?? '') ?? [];
    if (name !== undefined && reading !== undefined) work.set(name, reading);
  });
  await Promise.all([...files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  return { records: progress.end(), states, work };
}

function fileOf(files: Map<string, WriteStream>, stream: string): WriteStream {
  const known = files.get(stream);
  if (known !== undefined) return known;
  const file = createWriteStream(join(outputFolder, `${stream}.jsonl`), { flags: 'a' });
  files.set(stream, file);
  return file;
}

function configured(streams: NonNullable<Message['catalog']>['streams']): object {
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: stream.supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh',
      destination_sync_mode: 'append',
    })),
  };
}

function stateMessages(states: ReadonlyMap<string, object>): object[] {
  return [...states].map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
}

function changeSomething(sandbox: Sandbox): number {
  const orders = sandbox.rows('orders').slice(0, 7);
  for (const order of orders)
    sandbox.update('orders', Number(order['id']), { note: 'Leave it with the neighbours' });
  return orders.length;
}

function figures({ records, work }: Sync, stream: string): (number | string)[] {
  return [records.get(stream) ?? 0, work.get(stream) ?? ''];
}

function stateText(state: object | undefined): string {
  const cursor = Object.values(state ?? {}).find((value) => typeof value === 'string');
  return cursor ?? 'none: read whole';
}

await rm(outputFolder, { recursive: true, force: true });
await mkdir(outputFolder);
const folder = await mkdtemp(join(tmpdir(), 'source-recharge-demo-'));
const sandbox = await startSandbox({
  size: 'demo',
  token: `sk_test_10x3_${'0123456789abcdef'.repeat(4)}`,
  latencyMs: 150,
});
try {
  await demo(sandbox, folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
