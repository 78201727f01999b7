import { describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { expectHidden } from './failures.fixture.ts';
import { config, readScenarios, scenarios } from './programs.ts';

const errorsOf = (run: Run) =>
  run.errors().map(({ failure_type, stream_descriptor }) => [stream_descriptor?.name, failure_type]);

describe('one stream fails', () => {
  test('the others go on to COMPLETE, and exit 1 [EXIT-01, EXIT-02, STO-11, E-03]', async () => {
    const run = await readScenarios(['broken', 'fine', 'list']);
    expect(run.statuses('broken')).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE']);
    expect([run.statuses('fine').at(-1), run.statuses('list').at(-1)]).toEqual(['COMPLETE', 'COMPLETE']);
    // What was saved before it failed stays saved, and no more (STO-11).
    expect([run.lastState('broken'), run.records('broken').length]).toEqual([{ id: 2 }, 3]);
    expect(run.exitCode).toBe(1);
  });

  test('its trace has a plain message, and the details in internal_message and stack_trace [E-08]', async () => {
    const run = await readScenarios(['broken']);
    expect(run.errors()).toEqual([
      {
        message: 'Something went wrong inside the connector; please report it with the log of this run.',
        failure_type: 'system_error',
        internal_message: 'TypeError: undefined is not a function',
        stack_trace: expect.stringContaining('scenarios.ts'),
        stream_descriptor: { name: 'broken' },
      },
    ]);
    expect(run.logs()).toContainEqual(
      expect.stringMatching(/^ERROR Exception while syncing stream broken: Something went wrong/),
    );
  });

  test('an error without a cause has no stack [E-08]', async () => {
    const run = await readScenarios(['refused', 'busy']);
    for (const error of run.errors()) expect(error).not.toHaveProperty('stack_trace');
  });
});

describe('the earliest trace decides whether the platform retries [E-01, E-02]', () => {
  test.each([
    ['first', { refused: 0, busy: 200 }],
    ['last', { refused: 200, busy: 0 }],
  ])('a config_error that comes %s is reported last', async (_name, delays) => {
    const run = await readScenarios(['refused', 'busy', 'fine'], { settings: { delays } });
    expect(errorsOf(run)).toEqual([
      ['busy', 'transient_error'],
      ['refused', 'config_error'],
    ]);
    const times = run.of('TRACE').flatMap(({ trace }) => (trace.type === 'ERROR' ? [trace.emitted_at] : []));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(run.statuses('refused').at(-1)).toBe('INCOMPLETE');
    expect(run.exitCode).toBe(1);
  });

  test('a config_error is logged at once', async () => {
    const run = await readScenarios(['refused', 'busy'], { settings: { delays: { refused: 0, busy: 200 } } });
    const said = run.messages.findIndex((message) => message.type === 'LOG' && message.log.level === 'ERROR');
    const traced = run.messages.findIndex(
      (message) => message.type === 'TRACE' && message.trace.type === 'ERROR',
    );
    expect(run.logs().filter((line) => line.startsWith('ERROR'))[0]).toContain(
      'ERROR Exception while syncing stream refused: The token',
    );
    expect(said).toBeLessThan(traced);
  });

  test('a config_error alone is not retried', async () => {
    const run = await readScenarios(['refused', 'fine']);
    expect(errorsOf(run)).toEqual([['refused', 'config_error']]);
  });
});

describe('an uncaught error [EXIT-05, ERR-01, E-10]', () => {
  test.each([
    ['an exception', 'throwing', 'RangeError: nobody catches ****'],
    ['a rejection', 'rejecting', 'RangeError: nobody awaits ****'],
  ])('%s ends the sync: FATAL, a trace, INCOMPLETE, exit 1', async (_name, stream, internal) => {
    const run = await readScenarios([stream, 'waiting']);
    expect(run.errors()).toMatchObject([{ failure_type: 'system_error', internal_message: internal }]);
    expect(run.logs()).toContainEqual(expect.stringMatching(/^FATAL Something went wrong/));
    expect([run.statuses(stream).at(-1), run.statuses('waiting').at(-1)]).toEqual([
      'INCOMPLETE',
      'INCOMPLETE',
    ]);
    expect(run.exitCode).toBe(1);
    expect(run.duration).toBeLessThan(4_000);
  });

  test('a stream that waits for ever does not end in exit 0 [EXIT-01]', async () => {
    const run = await readScenarios(['stuck', 'fine'], { cutShort: true });
    expect(run.errors()).toMatchObject([{ failure_type: 'system_error' }]);
    expect(run.statuses('stuck')).not.toContain('COMPLETE');
    expect(run.exitCode).toBe(1);
  });
});

describe('secrets [E-08, E-09]', () => {
  test.each([
    ['of signs that mean something in a pattern', 'a+b*(c)[d]{e}^f$g|h.i?'],
    ['of quotes and backslashes', `it's "so" \\n \\\\ done`],
  ])('%s stand in no log, trace, status, warning or stack, but in records [E-09]', (_name, token) =>
    expectHidden(token),
  );

  test('a secret that is a word of the protocol does not redact the protocol', async () => {
    const run = await readScenarios(['fine'], { settings: { access_token: 'stream' }, secrets: [] });
    expect(run.logs()).toContain('INFO Marking **** fine as STARTED');
    expect(run.exitCode).toBe(0);
  });

  test('check hides them in its status too', async () => {
    const settings = { access_token: 'a+b"c"&d', check: 'refused' };
    const run = await runConnector(['check', '--debug'], {
      executable: scenarios,
      files: { config: settings },
    });
    expect(run.of('CONNECTION_STATUS')[0]?.connectionStatus.message).toContain('The token **** is wrong.');
  });
});

test('a catalog that is refused gives one trace (CAT T45)', async () => {
  const catalog = {
    streams: [
      {
        stream: { name: '__AIRBYTE__stream_that_does_not_exist', json_schema: {}, supported_sync_modes: [] },
        sync_mode: 'INVALID',
        destination_sync_mode: 'INVALID',
      },
    ],
  };
  const run = await runConnector(['read'], { executable: scenarios, files: { config, catalog } });
  expect(run.errors()).toHaveLength(1);
  expect(run.exitCode).toBe(1);
});
