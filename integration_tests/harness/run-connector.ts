import { resolve } from 'node:path';
import { type Run, runConnector as runExecutable, type RunOptions } from '../../src/airbyte/testing/index.ts';

export type RunConnectorOptions = Partial<RunOptions>;

export const built = resolve(import.meta.dirname, '../../dist/source-recharge');

/** Runs a connector and checks its output. Default: the built one, started by its own shebang. */
export function runConnector(args: readonly string[], options: RunConnectorOptions = {}): Promise<Run> {
  return runExecutable(args, { executable: [built], ...options });
}
