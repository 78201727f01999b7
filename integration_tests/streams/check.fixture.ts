import { expect } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import type { Config } from './connection.ts';

export const check = (config: Config) => runConnector(['check', '--debug'], { files: { config } });

export const messageOf = (run: Run) => run.of('CONNECTION_STATUS')[0]?.connectionStatus.message ?? '';

/** A check is answered, exit 0, inside half a minute, and never by a trace (MSG-02, E-04). */
export function expectStatus(run: Run, status: 'SUCCEEDED' | 'FAILED', message = /./): void {
  expect(run.of('CONNECTION_STATUS').map(({ connectionStatus }) => connectionStatus)).toEqual([
    { status, message: expect.stringMatching(message) },
  ]);
  expect([run.exitCode, run.of('TRACE')]).toEqual([0, []]);
  expect(run.stdout).not.toMatch(/sync again/i);
  expect(run.duration).toBeLessThan(30_000);
}
