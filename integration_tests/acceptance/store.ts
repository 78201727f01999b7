import { afterAll } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import type { StreamDescription } from '../../src/airbyte/index.ts';
import { configure, type ConfiguredCatalog, type Run } from '../../src/airbyte/testing/index.ts';
import { runConnector, type RunConnectorOptions } from '../harness/run-connector.ts';
import { configFor } from '../streams/connection.ts';

type ReadOptions = Omit<RunConnectorOptions, 'files'> & { catalog?: ConfiguredCatalog; state?: unknown };

/** A store that never makes a client wait, and the connector beside it. */
export interface AcceptanceStore {
  readonly sandbox: Sandbox;
  readonly config: Readonly<Record<string, unknown>>;
  readonly streams: readonly StreamDescription[];
  /** Those that can be read incrementally. */
  readonly incremental: readonly StreamDescription[];
  /** A read of these streams, its transcript checked. `catalog`: default every stream, incremental where it can be. */
  readonly read: (options?: ReadOptions) => Promise<Run>;
}

/** @param more settings beside those that are required @param options of the store */
export async function startAcceptanceStore(
  more: Readonly<Record<string, unknown>> = {},
  options: SandboxOptions = {},
): Promise<AcceptanceStore> {
  const sandbox = await startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000, ...options });
  const config = configFor(sandbox, more);
  const run = await runConnector(['discover'], { files: { config } });
  const streams = run.of('CATALOG')[0]?.catalog.streams ?? [];
  return {
    sandbox,
    config,
    streams,
    incremental: streams.filter(({ supported_sync_modes: modes }) => modes.includes('incremental')),
    read: ({ catalog = configure(streams), state, ...rest } = {}) =>
      runConnector(['read'], {
        ...rest,
        files: { config, catalog, ...(state !== undefined && { state }) },
      }),
  };
}

/** The same for all tests of a file, closed after them. */
export async function acceptanceStore(
  ...options: Parameters<typeof startAcceptanceStore>
): Promise<AcceptanceStore> {
  const store = await startAcceptanceStore(...options);
  afterAll(() => store.sandbox.close());
  return store;
}
