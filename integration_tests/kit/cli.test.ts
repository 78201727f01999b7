import { chmodSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configure } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { expectDebugLines } from './cli.fixture.ts';
import { catalogOf, config, scenarios, toy, toyConfig } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
mkdirSync(path('folder'));
writeFileSync(path('config.json'), JSON.stringify(toyConfig));
writeFileSync(path('catalog.json'), JSON.stringify(catalogOf('days')));
writeFileSync(path('text.json'), 'access_token=open sesame');
writeFileSync(path('cut.json'), '{"access_token":"open sesame","x":');
writeFileSync(path('empty.json'), '');
writeFileSync(path('list.json'), '["open sesame"]');
writeFileSync(path('word.json'), '"open sesame"');
const secrets = ['open sesame'];

const run = (...args: string[]) => runConnector(args, { executable: toy, secrets });
const call = (...args: string[]) => runConnector(args, { executable: toy, unchecked: true });

describe('what is asked is done, and exit 0 [CLI-01, EXIT-01]', () => {
  test('spec, from an empty folder and an empty environment [CLI-12]', async () => {
    const env = { HOME: '/nowhere', PATH: '' };
    const { messages, exitCode } = await runConnector(['spec'], {
      executable: toy,
      cwd: path('folder'),
      env,
    });
    expect(messages).toEqual([
      {
        type: 'SPEC',
        spec: {
          documentationUrl: 'https://example.com/calendar',
          connectionSpecification: expect.objectContaining({ type: 'object' }),
        },
      },
    ]);
    expect(exitCode).toBe(0);
  });

  test('check [MSG-02]', async () => {
    const { messages, exitCode } = await run('check', '--config', path('config.json'));
    expect(messages).toEqual([{ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } }]);
    expect(exitCode).toBe(0);
  });

  test('discover: one catalog, which configured reads everything [MSG-03]', async () => {
    const discovered = await run('discover', '--config', path('config.json'));
    expect(discovered.exitCode).toBe(0);
    expect(discovered.messages).toHaveLength(1);
    const streams = discovered.of('CATALOG')[0]?.catalog.streams ?? [];
    const files = { config: toyConfig, catalog: configure(streams) };
    const read = await runConnector(['read'], { executable: toy, files });
    expect(read.exitCode).toBe(0);
    expect([read.records('days').length, read.records('weekdays').length]).toEqual([30, 7]);
  });

  test.each([
    ['flags around', ['--config', path('config.json'), 'read', '--catalog', path('catalog.json')]],
    [
      'no state [CLI-02]',
      ['read', '--config', path('config.json'), '--catalog', path('catalog.json'), '--debug'],
    ],
  ])('read, %s', async (_name, args) => {
    const done = await run(...args);
    expect([done.exitCode, done.records('days').length]).toEqual([0, 30]);
  });

  test('paths are relative to where it runs [CLI-07]', async () => {
    const args = ['read', '--config', 'config.json', '--catalog', './folder/../catalog.json'];
    const { exitCode } = await runConnector(args, { executable: toy, cwd: folder, secrets });
    expect(exitCode).toBe(0);
  });

  test.each([['--help'], ['-h'], ['read', '--help']])('%s %s', async (...args) => {
    const { stdout, stderr, exitCode } = await call(...args);
    expect(stdout).toMatch(/^Usage: toy COMMAND[^]*spec[^]*check[^]*discover[^]*read/);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });
});

describe('debug lines [CLI-03]', () => {
  test.each<[string, string[], Record<string, string>, number]>([
    ['not unasked', [], {}, 0],
    ['by --debug', ['--debug'], {}, 1],
    ['by LOG_LEVEL=DEBUG', [], { LOG_LEVEL: 'DEBUG' }, 1],
  ])('%s', (_name, flags, env, count) => expectDebugLines(flags, env, count));
});

describe('a wrong command line: usage on stderr, nothing on stdout, exit 2 [CLI-04, CLI-05]', () => {
  test.each([
    ['no command', [], 'a command is missing'],
    ["another kit's flag", ['spec', '--manifest-path', 'm.yaml'], '--manifest-path'],
    ['a flag instead of a file', ['read', '--config', '--catalog', 'c.json'], '--config'],
  ])('%s', async (_name, args, complaint) => {
    const { stdout, stderr, exitCode } = await call(...args);
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('Usage: toy COMMAND');
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

test('a file in a folder that is closed to the user: the folder is named, and what to do [CLI-08]', async () => {
  mkdirSync(path('closed/within'), { recursive: true });
  writeFileSync(path('closed/within/config.json'), JSON.stringify(toyConfig));
  chmodSync(path('closed'), 0o700);
  chmodSync(folder, 0o755);
  const owner = process.getuid?.() === 0 ? 1_000 : undefined;
  if (owner === undefined) chmodSync(path('closed'), 0);
  // A superuser may go anywhere, and becomes the user of the image.
  const becomeUser = `data:text/javascript,${owner === undefined ? '' : `process.setuid(${owner})`}`;
  const executable = [toy[0], '--import', becomeUser, toy[1]] as const;
  for (const args of [['check'], ['discover']]) {
    const file = ['--config', path('closed/within/config.json')];
    const done = await runConnector([...args, ...file], { executable, secrets });
    expect(done.errors()).toMatchObject([
      {
        failure_type: 'config_error',
        message: `Cannot read the configuration file ${path('closed/within/config.json')}: its folder ${path('closed')} is closed to the user the connector runs as (${owner ?? process.getuid?.()}). Open the folder (chmod a+x), or run the connector as the folder's owner (in Docker: --user).`,
      },
    ]);
    expect(done.exitCode).toBe(1);
  }
  chmodSync(path('closed'), 0o700);
});

describe('a file that cannot be used: one clear error, exit 1 [CLI-08]', () => {
  const read = ['read', `--config=${path('config.json')}`];
  test.each([
    ['configuration', ['check', '--config', path('none.json')], 'no such file'],
    ['configuration', ['discover', '--config', path('text.json')], 'is not valid JSON'],
    ['catalog', [...read, '--catalog', path('cut.json')], 'is not valid JSON'],
    ['state', [...read, `--catalog=${path('catalog.json')}`, `--state=${path('empty.json')}`], 'is empty'],
  ])('%s: %j', async (what, args, why) => {
    const done = await run(...args);
    expect(done.errors()).toEqual([
      { message: expect.stringContaining(`${what} file`), failure_type: 'config_error' },
    ]);
    expect(done.errors()[0]?.message).toContain(why);
    expect(done.of('CONNECTION_STATUS')).toEqual([]);
    expect(done.exitCode).toBe(1);
  });

  test('a configuration that is JSON, but no object, is FAILED [CLI-08, CLI-11]', async () => {
    for (const file of ['list.json', 'word.json']) {
      const checked = await run('check', '--config', path(file));
      expect(checked.messages).toEqual([
        {
          type: 'CONNECTION_STATUS',
          connectionStatus: { status: 'FAILED', message: 'The configuration must be a JSON object.' },
        },
      ]);
      expect(checked.exitCode).toBe(0);
      const discovered = await run('discover', '--config', path(file));
      expect(discovered.errors()).toMatchObject([{ failure_type: 'config_error' }]);
      expect(discovered.exitCode).toBe(1);
    }
  });
});

describe('check says what is wrong [CLI-11, E-04, E-05]', () => {
  const checkOf = (settings: object) =>
    runConnector(['check'], { executable: scenarios, files: { config: settings } });

  test.each([
    ['an invalid configuration', { access_token: 7 }, 'access_token: required'],
    ['a refusal, its secret hidden [E-09]', { ...config, check: 'refused' }, 'The token **** is wrong.'],
    ['a failure of the moment [E-05]', { ...config, check: 'busy' }, 'Try again later.'],
  ])('%s: FAILED, exit 0', async (_name, settings, message) => {
    const { messages, exitCode } = await checkOf(settings);
    expect(messages).toEqual([
      {
        type: 'CONNECTION_STATUS',
        connectionStatus: { status: 'FAILED', message: expect.stringContaining(message) },
      },
    ]);
    expect(exitCode).toBe(0);
  });

  test('a system_error: a trace, no status, exit 1', async () => {
    const done = await checkOf({ ...config, check: 'broken' });
    expect(done.of('CONNECTION_STATUS')).toEqual([]);
    expect(done.errors()).toMatchObject([
      { failure_type: 'system_error', internal_message: 'TypeError: no such thing: ****' },
    ]);
    expect(done.exitCode).toBe(1);
  });

  test.each(['discover', 'read'])(
    '%s refuses an invalid configuration: config_error, exit 1',
    async (command) => {
      const files = {
        config: { access_token: 7 },
        ...(command === 'read' && { catalog: catalogOf('fine') }),
      };
      const done = await runConnector([command], { executable: scenarios, files });
      expect(done.errors()).toMatchObject([{ failure_type: 'config_error' }]);
      expect(done.errors()[0]).not.toHaveProperty('stack_trace');
      expect(done.exitCode).toBe(1);
    },
  );
});
