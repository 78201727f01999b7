import { describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { expectDebugLines } from './cli.fixture.ts';
import { config, scenarios } from './programs.ts';

/** Ways of asking that cli.test.ts leaves out. */
describe('debug lines [CLI-03]', () => {
  test.each([
    ['by LOG_LEVEL=debug', { LOG_LEVEL: 'debug' }, 1],
    ['not by LOG_LEVEL=info', { LOG_LEVEL: 'info' }, 0],
  ])('%s', (_name, env, count) => expectDebugLines([], env, count));

  test.each(['spec', 'discover'])('%s takes --debug too', async (command) => {
    const files = command === 'spec' ? {} : { config };
    const { exitCode } = await runConnector([command, '--debug'], { executable: scenarios, files });
    expect(exitCode).toBe(0);
  });
});
