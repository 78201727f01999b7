import { afterAll, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import type { StateMessage, SyncMode } from '../../src/airbyte/index.ts';
import { type Run, stateFile, stateOf } from '../../src/airbyte/testing/index.ts';
import { runConnector, type RunConnectorOptions } from '../harness/run-connector.ts';
import { cursorFieldOf } from './expectations.ts';
import { type Change, startFront } from './front.ts';

/** A token whose bucket is never full: these tests are about rows, not about waiting. */
export const quickToken = `sk_test_99x1_${'a7'.repeat(32)}`;

export type Config = Readonly<Record<string, unknown>>;

/** A store for all tests of a file, closed after them. */
export async function sharedStore(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ token: quickToken, ...options });
  afterAll(() => sandbox.close());
  return sandbox;
}

/** A store of one test, closed after it. */
export async function openStore(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ token: quickToken, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** What a user of this store fills in; everything since its first row. */
export function configFor(store: Pick<Sandbox, 'url' | 'token' | 'firstDay'>, more: Config = {}): Config {
  return {
    access_token: store.token,
    start_date: `${store.firstDay}T00:00:00Z`,
    api_url: store.url,
    ...more,
  };
}

export interface Sync extends Omit<RunConnectorOptions, 'files'> {
  readonly streams: readonly string[];
  /** Of all streams or by stream; default incremental, as PyAirbyte has it for every stream. */
  readonly syncMode?: SyncMode | Readonly<Record<string, SyncMode>>;
  /** As the catalog names the sync, for each of its attempts. */
  readonly syncId?: number;
  /** The run to go on from, the states by stream, or the file as it is. */
  readonly state?: Run | Readonly<Record<string, Readonly<Record<string, string>>>> | readonly StateMessage[];
}

/** One `read --debug`, its transcript checked for every rule and for the token. */
export async function sync(
  config: Config,
  { streams, syncMode = 'incremental', syncId, state, ...options }: Sync,
): Promise<Run> {
  const modeOf = (name: string) =>
    (typeof syncMode === 'string' ? syncMode : syncMode[name]) ?? 'incremental';
  const catalog = {
    streams: streams.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] },
      sync_mode: modeOf(name),
      destination_sync_mode: modeOf(name) === 'incremental' ? 'append_dedup' : 'overwrite',
      ...(syncId !== undefined && { sync_id: syncId }),
    })),
  };
  return runConnector(['read', '--debug'], {
    ...options,
    files: { config, catalog, ...(state !== undefined && { state: fileOf(state) }) },
  });
}

/** A sync through a front that changes what the store is asked or says. */
export async function syncThrough(
  sandbox: Sandbox,
  change: Change,
  options: Sync,
  config: Config = {},
): Promise<Run> {
  const front = await startFront(sandbox, change);
  try {
    return await sync(configFor(front, config), options);
  } finally {
    await front.close();
  }
}

function fileOf(state: NonNullable<Sync['state']>): unknown {
  if ('messages' in state) return stateFile(state as Run);
  return Array.isArray(state) ? state : stateOf(state as Parameters<typeof stateOf>[0]);
}

/** The saved cursor a stream ended with, in milliseconds since 1970; NaN where it has none. */
export function cursorOf(run: Run, stream: string): number {
  return timeOf(run.lastState(stream)?.[cursorFieldOf(stream)]);
}

/** Milliseconds since 1970; NaN for what is no text of a time. */
export function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

/** `2024-05-01T10:00:00+00:00` */
export function utc(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
