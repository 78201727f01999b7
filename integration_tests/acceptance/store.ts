import type { Sandbox, SandboxOptions } from '../../sandbox/index.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { StreamDescription } from '../../src/airbyte/index.ts';
import { configure, type ConfiguredCatalog, type Run } from '../../src/airbyte/testing/index.ts';
import { runConnector, type RunConnectorOptions } from '../harness/run-connector.ts';

/** A store that never makes a client wait, the connector's config for it, and the streams the connector offers there. */
export class AcceptanceStore {
  readonly sandbox: Sandbox;
  readonly config: { readonly access_token: string; readonly start_date: string; readonly api_url: string };
  readonly streams: readonly StreamDescription[];

  private constructor(
    sandbox: Sandbox,
    config: AcceptanceStore['config'],
    streams: readonly StreamDescription[],
  ) {
    this.sandbox = sandbox;
    this.config = config;
    this.streams = streams;
  }

  /** @param more settings beside those that are required @param options of the store */
  static async start(
    more: Readonly<Record<string, unknown>> = {},
    options: SandboxOptions = {},
  ): Promise<AcceptanceStore> {
    const sandbox = await startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000, ...options });
    const { url, token, firstDay } = sandbox;
    const config = { access_token: token, start_date: `${firstDay}T00:00:00Z`, api_url: url, ...more };
    const run = await runConnector(['discover'], { files: { config } });
    return new AcceptanceStore(sandbox, config, run.of('CATALOG')[0]?.catalog.streams ?? []);
  }

  /** Streams that can be read incrementally. */
  get incremental(): readonly StreamDescription[] {
    return this.streams.filter(({ supported_sync_modes }) => supported_sync_modes.includes('incremental'));
  }

  /** A read of these streams, its transcript checked. `catalog`: default every stream, incremental where it can be. */
  read(
    options: Omit<RunConnectorOptions, 'files'> & { catalog?: ConfiguredCatalog; state?: unknown } = {},
  ): Promise<Run> {
    const { catalog = configure(this.streams), state, ...rest } = options;
    const files = { config: this.config, catalog, ...(state !== undefined && { state }) };
    return runConnector(['read'], { ...rest, files });
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
