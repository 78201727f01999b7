import { fileURLToPath } from 'node:url';
import type { ConfiguredCatalog, Run } from '../../src/airbyte/testing/index.ts';
import { runConnector, type RunConnectorOptions } from '../harness/run-connector.ts';

/** The smallest real source. */
export const toy = [process.execPath, fileURLToPath(new URL('./toy.ts', import.meta.url))] as const;

/** The source of one behaviour a stream. */
export const scenarios = [
  process.execPath,
  fileURLToPath(new URL('./scenarios.ts', import.meta.url)),
] as const;

const scenariosAfter = (preload: URL) => [process.execPath, '--import', preload.href, scenarios[1]] as const;

/** The same, its writes counted by what WRITES names. */
export const countedScenarios = scenariosAfter(new URL('./count-writes.ts', import.meta.url));

/** The same, where each write to stdout takes half of what it is given. */
export const withShortWrites = scenariosAfter(new URL('./short-writes.ts', import.meta.url));

export const toyConfig = { access_token: 'open sesame' };
export const config = { access_token: 'tk_5f3b9a' };

/** A catalog as PyAirbyte writes it: everything incremental, whatever the stream can (CONF-02). */
export function catalogOf(...names: string[]): ConfiguredCatalog {
  return {
    streams: names.map((name) => ({
      stream: { name },
      sync_mode: 'incremental',
      destination_sync_mode: 'overwrite',
    })),
  };
}

/** Reads these streams of the scenarios. */
export function readScenarios(
  names: readonly string[],
  options: RunConnectorOptions & { settings?: object; state?: unknown; args?: readonly string[] } = {},
): Promise<Run> {
  const { settings, state, args = [], ...rest } = options;
  const files = {
    config: { ...config, ...settings },
    catalog: catalogOf(...names),
    ...(state !== undefined && { state }),
  };
  return runConnector(['read', ...args], { executable: scenarios, files, ...rest });
}
