import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { configure, type ConfiguredCatalog } from '../../src/airbyte/testing/index.ts';
import { runImage } from './run-image.ts';

export type Config = { readonly access_token: string; readonly start_date: string; readonly api_url: string };

/** A store that never makes a client wait. */
export function startStore(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000, ...options });
}

export function configFor({ url, token, firstDay }: Sandbox): Config {
  return { access_token: token, start_date: `${firstDay}T00:00:00Z`, api_url: url };
}

/** What the image discovers, all of it configured, or the streams named. */
export async function catalogFor(config: Config, streams?: readonly string[]): Promise<ConfiguredCatalog> {
  const run = await runImage('discover', { files: { config }, options: ['--rm'] });
  return configure(run.of('CATALOG')[0]?.catalog.streams ?? [], { ...(streams && { streams }) });
}
