import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../../sandbox/index.ts';
import { startRead } from '../connector.ts';
import { install } from './install.ts';

const execute = promisify(execFile);
const shim = resolve(import.meta.dirname, 'base_url.py');

/** A first sync that has begun. */
interface Started {
  readonly child: ChildProcess;
  /** Takes its files away. */
  readonly remove: () => Promise<void>;
}

/** A connector that is compared. */
export interface Contender {
  readonly name: string;
  /** What it runs on. */
  readonly with: string;
  /** Starts a first sync of these streams; stdout and perhaps stderr are pipes that nobody reads yet. */
  readonly start: (store: Sandbox, streams: readonly string[]) => Promise<Started>;
}

interface Peer {
  readonly package: string;
  readonly version: string;
  /** The program it installs. */
  readonly program: string;
  /** Packages whose versions matter. */
  readonly beside: readonly string[];
  readonly label?: string;
  readonly config: (store: Sandbox) => object;
  readonly discover: readonly string[];
  readonly read: readonly string[];
  /** What it discovers, with these streams chosen as a platform would. */
  readonly choose: (discovered: string, streams: readonly string[]) => object;
}

const airbyte: Peer = {
  package: 'airbyte-source-recharge',
  version: '3.0.12',
  program: 'source-recharge',
  beside: ['airbyte-cdk'],
  // As its form fills it in: use_orders_deprecated_api is true by default.
  config: (store) => ({ ...account(store), use_orders_deprecated_api: true, lookback_window_days: 0 }),
  discover: ['discover'],
  read: ['read'],
  choose: chooseFromAirbyte,
};

const peers: readonly Peer[] = [
  airbyte,
  {
    ...airbyte,
    label: '2021-11 orders',
    config: (store) => ({ ...account(store), use_orders_deprecated_api: false, lookback_window_days: 0 }),
  },
  {
    package: 'tap-recharge',
    version: '3.0.1',
    program: 'tap-recharge',
    beside: ['singer-python'],
    config: (store) => ({ ...account(store), user_agent: 'tap-recharge bench@example.com' }),
    discover: ['--discover'],
    read: [],
    choose: chooseFromSinger,
  },
];

/** Ours and its peers. A peer that cannot be installed is there all the same, and fails when it is started. */
export async function contenders(): Promise<readonly Contender[]> {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    'name' | 'version',
    string
  >;
  const node = (await execute('node', ['--version'])).stdout.trim();
  const ours: Contender = { name: `${name} ${version}`, with: `Node.js ${node}`, start: startRead };
  const all = [ours];
  for (const peer of peers) all.push(await contender(peer));
  return all;
}

async function contender(peer: Peer): Promise<Contender> {
  const name = [`${peer.package} ${peer.version}`, ...(peer.label === undefined ? [] : [peer.label])].join(
    ', ',
  );
  try {
    const installed = await install(peer.package, peer.version, peer.beside);
    const run = { python: join(installed.bin, 'python'), program: join(installed.bin, peer.program) };
    return { name, with: installed.with, start: (store, streams) => startPeer(peer, run, store, streams) };
  } catch (error) {
    const start = () => Promise.reject(new Error(`not installed: ${(error as Error).message}`));
    return { name, with: 'not installed', start };
  }
}

async function startPeer(
  peer: Peer,
  { python, program }: { readonly python: string; readonly program: string },
  store: Sandbox,
  streams: readonly string[],
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const [config, catalog] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
    await writeFile(config, JSON.stringify(peer.config(store)));
    const before = [shim, store.url, program];
    const discovered = await execute(python, [...before, ...peer.discover, '--config', config], {
      maxBuffer: 100e6,
    });
    await writeFile(catalog, JSON.stringify(peer.choose(discovered.stdout, streams)));
    const args = [...before, ...peer.read, '--config', config, '--catalog', catalog];
    return { child: spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'] }), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function account({ token, firstDay }: Sandbox): object {
  return { access_token: token, start_date: `${firstDay}T00:00:00Z` };
}

interface AirbyteStream {
  readonly name: string;
  readonly supported_sync_modes: readonly string[];
}

function chooseFromAirbyte(stdout: string, names: readonly string[]): object {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const messages = lines.map((line) => JSON.parse(line) as { catalog?: { streams: AirbyteStream[] } });
  const all = messages.flatMap(({ catalog }) => catalog?.streams ?? []);
  const streams = all
    .filter(({ name }) => names.includes(name))
    .map((stream) => ({
      stream,
      sync_mode: stream.supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh',
      destination_sync_mode: 'append',
    }));
  return { streams };
}

interface SingerEntry {
  readonly tap_stream_id: string;
  readonly metadata: readonly { readonly breadcrumb: readonly string[]; readonly metadata: object }[];
}

function chooseFromSinger(stdout: string, names: readonly string[]): object {
  const { streams } = JSON.parse(stdout) as { streams: SingerEntry[] };
  const chosen = streams.map((stream) => ({
    ...stream,
    metadata: stream.metadata.map((entry) => ({
      ...entry,
      metadata: { ...entry.metadata, selected: names.includes(stream.tap_stream_id) },
    })),
  }));
  return { streams: chosen };
}
