import { describe, expect, test } from 'vitest';
import { readScenarios } from './programs.ts';

describe('the shutdown has a timeout [SIG-01]', () => {
  test('does not wait long for a reader that stands still', async () => {
    const started = Date.now();
    const run = await readScenarios(['endless'], {
      cutShort: true,
      onStart: (child) => {
        child.stdout?.pause();
        setTimeout(() => child.kill('SIGTERM'), 1_000);
        child.once('exit', () => child.stdout?.resume());
      },
    });
    expect([run.exitCode, run.signal]).toEqual([null, 'SIGTERM']);
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
