import { expect } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { config, scenarios } from './programs.ts';

/** A check that is called so logs so many lines at level DEBUG, and no other. */
export async function expectDebugLines(
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
  count: number,
): Promise<void> {
  const files = { config };
  const done = await runConnector(['check', ...flags], { executable: scenarios, files, env });
  expect(done.logs()).toEqual(Array.from({ length: count }, () => 'DEBUG checking with ****'));
}
