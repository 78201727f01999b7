import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { nastyTexts } from './nasty-texts.ts';
import { config, countedScenarios, readScenarios, scenarios, withShortWrites } from './programs.ts';

/** The scenarios, started by a shell that plumbs their streams first. */
const plumbed = (script: string) => ['sh', '-c', script, 'sh', ...scenarios] as const;
const isState = (line: string) => line.startsWith('{"type":"STATE"');

describe('lines that no reader cuts or refuses [OUT-01, OUT-02, OUT-04, OUT-05]', () => {
  test('any text in a record, a key, a change or a state [OUT-04, OUT-11]', async () => {
    const run = await readScenarios(['nasty'], { settings: { texts: nastyTexts } });
    const sound = nastyTexts.map((text) => text.toWellFormed());
    expect(run.records()).toEqual(sound.map((text, id) => ({ id, [text]: text })));
    expect(run.lastState('nasty')).toEqual({ texts: sound });
    expect(run.of('RECORD').map(({ record }) => record.meta?.changes[0]?.field)).toEqual(
      sound.map((text) => `x${text}`),
    );
    expect(run.exitCode).toBe(0);
  });

  test('any text in a status, an error or a log [OUT-05]', async () => {
    const texts = nastyTexts.filter((text) => text.length > 0 && text.length < 100);
    const names = [...new Set(texts.map((text) => text.toWellFormed()))];
    const run = await readScenarios(['cryptic', ...names], { settings: { texts } });
    expect(run.logs()).toEqual(expect.arrayContaining(texts.map((text) => `WARN ${text.toWellFormed()}`)));
    expect(run.errors()).toHaveLength(names.length + 1);
    for (const name of names) expect(run.statuses(name)).toEqual(['INCOMPLETE']);
  });

  test('lines of streams that write at the same time do not mix [OUT-03]', async () => {
    const names = ['bulk', 'atOnce', 'fine', 'list'];
    const run = await readScenarios(names, { settings: { pages: 8 } });
    expect(names.map((name) => run.records(name).length)).toEqual([2000, 2000, 3, 1]);
  });

  test('lines go in few writes, the lines of a page together [OUT-10]', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'writes-'));
    const env = { WRITES: join(folder, 'writes.json') };
    const run = await readScenarios(['bulk'], { executable: countedScenarios, settings: { pages: 8 }, env });
    const sizes = JSON.parse(await readFile(env.WRITES, 'utf8')) as number[];
    await rm(folder, { recursive: true });
    expect(run.records()).toHaveLength(2_000);
    // 250 KB a page, in chunks of 32 KB; and a few lines of the log.
    expect(sizes.filter((size) => size > 1_000).length).toBeLessThanOrEqual(8 * 9);
    expect(sizes.length).toBeLessThan(8 * 9 + 30);
    expect(Math.max(...sizes)).toBeLessThan(36_000);
  });

  test('writes a batch at once, not when a buffer is full [OUT-10]', async () => {
    const run = await readScenarios(['waiting'], {
      onLine: (line, child) => void (isState(line) && child.kill()),
    });
    expect(run.duration).toBeLessThan(4_000);
  });
});

describe('nothing is lost at the end [OUT-07]', () => {
  test.each([
    ['a pipe', '"$@"'],
    [
      'a FIFO',
      'd=$(mktemp -d); mkfifo $d/out; cat $d/out & "$@" > $d/out; code=$?; wait; rm -r $d; exit $code',
    ],
    [
      'a FIFO read late',
      'd=$(mktemp -d); mkfifo $d/out; (sleep 1; cat) < $d/out & "$@" > $d/out; code=$?; wait; rm -r $d; exit $code',
    ],
    ['a file', 'd=$(mktemp -d); "$@" > $d/out; code=$?; cat $d/out; rm -r $d; exit $code'],
  ])('5 MB just before the end, to %s', async (_name, script) => {
    const run = await readScenarios(['atOnce'], { executable: plumbed(script), settings: { pages: 20 } });
    expect(run.records().at(-1)).toMatchObject({ id: 4_999 });
    expect(run.records()).toHaveLength(5_000);
    expect(run.exitCode).toBe(0);
  });

  test('to a file that takes half of each write', async () => {
    const script = 'd=$(mktemp -d); "$@" > $d/out; code=$?; cat $d/out; rm -r $d; exit $code';
    const executable = ['sh', '-c', script, 'sh', ...withShortWrites] as const;
    const run = await readScenarios(['bulk'], { executable, settings: { pages: 8 } });
    expect(run.records()).toHaveLength(2_000);
    expect(run.exitCode).toBe(0);
  });

  test('5 MB with a failure after it, and stdout ends with a newline [OUT-12]', async () => {
    const run = await readScenarios(['atOnce', 'broken'], { settings: { pages: 20 } });
    expect(run.records('atOnce')).toHaveLength(5_000);
    expect(run.exitCode).toBe(1);
  });
});

describe('a reader that is slow or goes away', () => {
  test('is waited for, in little memory [OUT-08, E-11]', async () => {
    const megabytes = (child: ChildProcess) =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024;
    const samples: number[] = [];
    await readScenarios(['bulk'], {
      settings: { pages: 100_000 },
      cutShort: true,
      onStart: (child) => {
        child.stdout?.pause();
        void (async () => {
          for (let second = 0; second < 3; second += 1) {
            await sleep(1_000);
            samples.push(megabytes(child));
          }
          child.kill('SIGKILL');
        })();
      },
    });
    const [early = 0, , late = 0] = samples;
    // A writer that does not wait makes a hundred of these a second.
    expect(late - early).toBeLessThan(30);
    expect(late).toBeLessThan(200);
  });

  test.each([
    ['', ['endless']],
    [', also beside a stream that does not hear of it', ['endless', 'deaf']],
  ])(
    'that closes the pipe early ends the process with exit 1 and empty stderr%s [OUT-09]',
    async (_name, streams) => {
      const run = await readScenarios(streams, {
        cutShort: true,
        onLine: (line, child) => void (isState(line) && child.stdout?.destroy()),
      });
      expect([run.exitCode, run.signal, run.stderr]).toEqual([1, null, '']);
      expect(run.duration).toBeLessThan(9_000);
    },
  );

  test.each(['spec', 'check', 'discover'])(
    'that closes the pipe before %s writes leaves stderr empty',
    async (command) => {
      const run = await runConnector([command], {
        executable: plumbed('"$@" | true'),
        ...(command !== 'spec' && { files: { config } }),
      });
      expect(run.stderr).toBe('');
    },
  );

  test('a full disk ends in exit 1, with the reason on stderr [EXIT-01, ERR-01]', async () => {
    const run = await readScenarios(['bulk'], {
      executable: plumbed('"$@" > /dev/full'),
      settings: { pages: 4 },
      unchecked: true,
    });
    expect([run.exitCode, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/^Cannot write to stdout: ENOSPC[^\n]*\n$/);
  });

  test('a file that may not grow has nothing after what it did not take [EXIT-01, OUT-07]', async () => {
    const script =
      'd=$(mktemp -d); (ulimit -f 400; "$@" > $d/out); code=$?; cat $d/out; rm -r $d; exit $code';
    const run = await readScenarios(['bulk'], {
      executable: plumbed(script),
      settings: { pages: 4 },
      unchecked: true,
    });
    expect(run.stdout.length).toBe(400 * 512);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/^Cannot write to stdout: EFBIG[^\n]*\n$/);
  });
});

describe('stdin is never read, nor needed [ERR-02]', () => {
  const readBy = (script: string, env: Record<string, string> = {}) =>
    readScenarios(['fine'], { executable: plumbed(script), env });

  test('it is closed', async () => {
    expect((await readBy('exec "$@" <&-')).exitCode).toBe(0);
  });

  test('its content is left for the next program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stdin-'));
    const left = join(folder, 'left');
    const script = 'echo not for you | { "$@"; code=$?; cat > "$LEFT"; exit $code; }';
    expect((await readBy(script, { LEFT: left })).exitCode).toBe(0);
    expect(await readFile(left, 'utf8')).toBe('not for you\n');
    await rm(folder, { recursive: true });
  });
});
