import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configure, stateFile, stateOf } from './clients.ts';
import { runConnector } from './run-connector.ts';
import { Run } from './run.ts';

const shell = (script: string) => ['sh', '-c', script, 'sh'] as const;
const log = (message: string) => JSON.stringify({ type: 'LOG', log: { level: 'INFO', message } });
const print = (...lines: string[]) => shell(`cat <<'END'\n${lines.join('\n')}\nEND\n`);
const state = (name: string, id: number) => ({
  type: 'STREAM' as const,
  stream: { stream_descriptor: { name }, stream_state: { id } },
  sourceStats: { recordCount: 0 },
});

describe('a run', () => {
  test('gets its files as flags, and gives back what was said and how it ended', async () => {
    const script = 'printf %s "$*" >&2; cat "$3" "$5"; exit 3';
    const files = { config: { a: 1 }, catalog: '{"b":' };
    const run = await runConnector(['read'], { executable: shell(script), files, unchecked: true });
    expect(run.stderr).toMatch(/^read --config .*config\.json --catalog .*catalog\.json$/);
    expect([run.stdout, run.exitCode, run.signal]).toEqual(['{"a":1}{"b":', 3, null]);
  });

  test('leaves no file behind', async () => {
    const executable = shell('echo "$2"');
    const files = { config: {} };
    const { stdout } = await runConnector([], { executable, files, unchecked: true });
    const failed = await runConnector([], { executable, files }).catch((error: Error) => error);
    const paths = [
      stdout.trim(),
      /\/\S+config\.json/.exec(failed instanceof Error ? failed.message : '')?.[0] ?? 'none',
    ];
    expect(paths.map((path) => [path.endsWith('config.json'), existsSync(path)])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  test('sees each line as it comes', async () => {
    const lines: string[] = [];
    await runConnector([], { executable: print(log('é'), log('ü')), onLine: (line) => lines.push(line) });
    expect(lines).toEqual([log('é'), log('ü')]);
  });

  test.each([
    ['that says no JSON', print('hello'), {}, 'not JSON'],
    ['that says something on stderr', shell('echo hello >&2'), {}, 'ERR-01'],
    ['that is no text', shell(String.raw`printf '\377\n'`), {}, 'encoded data was not valid'],
    [
      'that tells the access_token',
      print(log('sesame')),
      { files: { config: { access_token: 'sesame' } } },
      'E-09',
    ],
    [
      'that does not end',
      shell('echo now; exec sleep 60'),
      { timeout: 300 },
      'did not end within 300 ms; it had said:\nnow',
    ],
    ['that is not there', ['/nowhere/connector'] as const, {}, 'ENOENT'],
  ])('of a process %s fails', async (_name, executable, options, problem) => {
    await expect(runConnector([], { executable, ...options })).rejects.toThrow(problem);
  });

  test('of read is checked against its catalog', async () => {
    const files = { config: {}, catalog: { streams: [{ stream: { name: 'orders' } }] } };
    const run = runConnector(['read'], { executable: print(log('done')), files });
    await expect(run).rejects.toThrow('exit 0, but not every stream is COMPLETE');
  });

  test.each([
    ['by a flag and its path', (path: string) => ['--catalog', path]],
    ['by one word', (path: string) => [`--catalog=${path}`]],
  ])('of read is checked against a catalog that is given %s', async (_name, flags) => {
    const folder = await mkdtemp(join(tmpdir(), 'harness-'));
    await writeFile(join(folder, 'own.json'), '{"streams":[{"stream":{"name":"orders"}}]}');
    const run = runConnector(['read', ...flags('own.json')], { executable: print(log('done')), cwd: folder });
    await expect(run).rejects.toThrow('exit 0, but not every stream is COMPLETE');
    await rm(folder, { recursive: true });
  });
});

describe('what clients make of it', () => {
  const said = [state('orders', 1), state('store', 1), state('orders', 2)];
  const lines = said.map((message) => `${JSON.stringify({ type: 'STATE', state: message })}\n`);
  const run = new Run({ stdout: lines.join(''), stderr: '', exitCode: 0, signal: null, duration: 1 });

  test('a state file: the last STATE of each stream', () => {
    expect(stateFile(run)).toEqual([state('orders', 2), state('store', 1)]);
    expect(run.lastState('orders')).toEqual({ id: 2 });
    expect(stateOf({ orders: { id: 2 } })).toMatchObject([{ stream: { stream_state: { id: 2 } } }]);
  });

  test('a configured catalog: incremental where a stream can', () => {
    const orders = {
      name: 'orders',
      json_schema: {},
      supported_sync_modes: ['full_refresh', 'incremental'] as const,
      default_cursor_field: ['updated_at'],
      source_defined_primary_key: [['id']],
      is_resumable: true,
    };
    const store = {
      name: 'store',
      json_schema: {},
      supported_sync_modes: ['full_refresh'] as const,
      source_defined_primary_key: [['id']],
      is_resumable: false,
    };
    expect(configure([orders, store]).streams).toMatchObject([
      { sync_mode: 'incremental', cursor_field: ['updated_at'], primary_key: [['id']] },
      { sync_mode: 'full_refresh' },
    ]);
    expect(
      configure([orders, store], { streams: ['orders'], syncMode: 'full_refresh' }).streams,
    ).toMatchObject([{ stream: { name: 'orders' }, sync_mode: 'full_refresh' }]);
  });
});
