import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { config, readScenarios, scenarios } from './programs.ts';

/** Sends the signal once the first STATE is out: the stream is in the middle of its work then. */
function onState(signal: NodeJS.Signals) {
  let sent = false;
  return (line: string, child: ChildProcess) => {
    if (sent || !line.startsWith('{"type":"STATE"')) return;
    sent = true;
    child.kill(signal);
  };
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s [EXIT-03, SIG-01, SIG-02, SIG-03]', (signal) => {
  test.each(['endless', 'waiting', 'quitting'])(
    'stops a stream that is %s: INCOMPLETE, whole lines, and the signal for an end [SIG-03]',
    async (stream) => {
      const run = await readScenarios([stream, 'fine'], { onLine: onState(signal) });
      expect([run.exitCode, run.signal]).toEqual([null, signal]);
      expect(run.statuses(stream).at(-1)).toBe('INCOMPLETE');
      expect(run.errors()).toEqual([]);
      expect(run.lastState(stream)).toBeDefined();
      expect(run.stdout.endsWith('\n')).toBe(true);
      expect(run.duration).toBeLessThan(4_000);
    },
  );

  test('ends a check without a status', async () => {
    const files = { config: { ...config, check: 'hangs' } };
    const run = await runConnector(['check', '--debug'], {
      executable: scenarios,
      files,
      onLine: (_line, child) => child.kill(signal),
    });
    expect([run.exitCode, run.signal]).toEqual([null, signal]);
    expect(run.messages.map(({ type }) => type)).toEqual(['LOG']);
  });
});

test('a config_error from before the signal still gets its trace [E-01]', async () => {
  const run = await readScenarios(['refused', 'waiting'], {
    onLine: (line, child) => void (line.includes('"ERROR"') && child.kill('SIGTERM')),
  });
  expect(run.errors().map(({ failure_type }) => failure_type)).toEqual(['config_error']);
  expect(run.statuses('refused').at(-1)).toBe('INCOMPLETE');
  expect(run.statuses('waiting').at(-1)).toBe('INCOMPLETE');
  expect(run.signal).toBe('SIGTERM');
});

describe('the shutdown has a timeout [SIG-01]', () => {
  test('does not wait long for a stream that does not hear it', async () => {
    const run = await readScenarios(['deaf', 'refused'], { onLine: onState('SIGTERM') });
    expect([run.exitCode, run.signal]).toEqual([null, 'SIGTERM']);
    expect(run.statuses('deaf').at(-1)).toBe('INCOMPLETE');
    expect(run.duration).toBeLessThan(4_000);
  });

  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('%s, then %s: the second is obeyed at once', async (first, second) => {
    const run = await readScenarios(['deaf'], {
      cutShort: true,
      onLine: (line, child) => {
        if (!line.startsWith('{"type":"STATE"')) return;
        child.kill(first);
        setTimeout(() => child.kill(second), 200);
      },
    });
    expect(run.signal).toBe(second);
    expect(run.duration).toBeLessThan(4_000);
  });

  test('a pipe that is closed after the signal does not change the exit [SIG-02]', async () => {
    const run = await readScenarios(['endless'], {
      cutShort: true,
      onStart: (child) => {
        child.stdout?.pause();
        setTimeout(() => child.kill('SIGTERM'), 1_000);
        setTimeout(() => child.stdout?.destroy(), 1_300);
      },
    });
    expect([run.exitCode, run.signal, run.stderr]).toEqual([null, 'SIGTERM', '']);
    expect(run.duration).toBeLessThan(4_000);
  });
});
