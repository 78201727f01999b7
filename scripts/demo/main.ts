import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Message, run } from './connector.ts';
import { buildMarts, findPython, installDbt } from './marts.ts';
import { drawTerminal } from './picture.ts';
import { Progress } from './progress.ts';
import { table } from './table.ts';

const outputFolder = 'demo-output';

interface Sync {
  readonly records: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, object>;
}

/** As many streams have a line of their own. */
const mostNamed = 10;

/** What the demo has said. */
const said: string[] = [];
const say = (text: string) => {
  said.push(text);
  console.log(text);
};

const filesIn = (folder: string) => ({
  config: join(folder, 'config.json'),
  catalog: join(folder, 'catalog.json'),
  state: join(folder, 'state.json'),
  /** The records of both syncs, as the connector wrote them. */
  messages: join(folder, 'messages.jsonl'),
});

/** A sandbox store, check, discover, a first sync and an incremental one, through the built connector. */
async function demo(sandbox: Sandbox, files: ReturnType<typeof filesIn>): Promise<void> {
  const config = { access_token: sandbox.token, start_date: '2015-01-01T00:00:00Z', api_url: sandbox.url };
  await writeFile(files.config, JSON.stringify(config));
  say(`A Recharge store of invented customers runs at ${sandbox.url}\n`);

  say('check');
  await run(['check', '--config', files.config], ({ connectionStatus }) => {
    if (connectionStatus) say(wrapped(`${connectionStatus.status}: ${connectionStatus.message ?? ''}`));
  });

  say('discover');
  let streams: NonNullable<Message['catalog']>['streams'] = [];
  await run(['discover', '--config', files.config], ({ catalog }) => {
    if (catalog) streams = catalog.streams;
  });
  say(`  ${streams.length} streams`);
  await writeFile(files.catalog, JSON.stringify(configured(streams)));

  say('read: the first sync');
  const messages = createWriteStream(files.messages);
  const first = await sync(messages, ['--config', files.config, '--catalog', files.catalog]);
  await writeFile(files.state, JSON.stringify(stateMessages(first.states)));

  const touched = changeSomething(sandbox);
  say(`read: the next one, after ${touched} orders were changed`);
  const second = await sync(messages, [
    '--config',
    files.config,
    '--catalog',
    files.catalog,
    '--state',
    files.state,
  ]);
  await new Promise((resolve) => messages.end(resolve));

  const rows = streams
    .map(({ name }) => ({ name, first: first.records.get(name) ?? 0, second: second.records.get(name) ?? 0 }))
    .toSorted((a, b) => b.first - a.first);
  const others = rows.slice(mostNamed);
  const sum = (of: (row: (typeof rows)[number]) => number) =>
    others.reduce((total, row) => total + of(row), 0);
  const lines = rows
    .slice(0, mostNamed)
    .map((row) => [row.name, row.first, row.second, stateText(second.states.get(row.name))]);
  lines.push([`and ${others.length} more`, sum((row) => row.first), sum((row) => row.second), '']);
  say(`\n${table(['stream', 'records', 'then', 'state'], lines)}`);
  say(
    `\nThe records are in ${outputFolder}/, one file a stream. The newest rows of each stream\ncome again, since others may share their second.`,
  );
}

async function sync(messages: WriteStream, args: readonly string[]): Promise<Sync> {
  const progress = new Progress();
  const states = new Map<string, object>();
  const files = new Map<string, WriteStream>();
  let summary = '';
  await run(['read', ...args], ({ record, state, log }, line) => {
    if (record !== undefined) {
      messages.write(`${line}\n`);
      progress.add(record.stream);
      fileOf(files, record.stream).write(`${JSON.stringify(record.data)}\n`);
    } else if (state !== undefined)
      states.set(state.stream.stream_descriptor.name, state.stream.stream_state);
    else summary = log?.message ?? summary;
  });
  await Promise.all([...files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  const records = progress.end();
  // On a terminal the connector has left it on stderr.
  if (process.stderr.isTTY) said.push(wrapped(summary));
  else say(wrapped(summary));
  return { records, states };
}

/** In lines of a terminal, with an indent. */
function wrapped(text: string): string {
  return text.replaceAll(/(.{1,84})(?: (?!%)|$)/g, '  $1\n').trimEnd();
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

function stateText(state: object | undefined): string {
  const cursor = Object.values(state ?? {}).find((value) => typeof value === 'string');
  return cursor ?? 'none: read whole';
}

/** The marts of dbt/ over what the demo has read, where that is asked for; else a word that there are some. */
async function marts({ catalog, messages }: ReturnType<typeof filesIn>): Promise<void> {
  if (!withDbt) {
    say(
      'Recurring revenue, retention and upcoming charges from them: npm run demo -- --dbt\n(docs/analytics.md).',
    );
    return;
  }
  const pictures = join(outputFolder, 'dbt');
  await mkdir(pictures);
  await buildMarts({ catalog, messages, database: join(pictures, 'warehouse.duckdb'), pictures });
  say(`The tables are in ${pictures}/warehouse.duckdb, in its schema analytics; beside it they are drawn.`);
}

const options = process.argv.slice(2);
const withDbt = options.includes('--dbt');
const folder = await mkdtemp(join(tmpdir(), 'source-recharge-demo-'));
let sandbox: Sandbox | undefined;
try {
  if (options.some((option) => option !== '--dbt' && option !== '--picture'))
    throw new Error('Usage: npm run demo [-- --dbt]');
  // Before the syncs, so that nobody waits for what cannot be.
  if (withDbt) await installDbt(await findPython());
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder);
  sandbox = await startSandbox({
    // Few customers: delivery schedules cost a request for each.
    size: { orders: 1_500, metafields: 1_200, payment_methods: 300 },
    token: `sk_test_10x3_${'0123456789abcdef'.repeat(4)}`,
    latencyMs: 150,
  });
  await demo(sandbox, filesIn(folder));
  await marts(filesIn(folder));
  if (options.includes('--picture')) await drawTerminal('demo', 'npm run demo', said.join('\n'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
}
