import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import { parseSync } from 'vite';
import { expect, test, vi } from 'vitest';

/** Nothing that comes from outside takes more time than its length: measured, and by what regular expressions could do. */
const mostTimes = 40;
/**
 * Milliseconds of processor time. A shorter one counts as this, because a garbage collection beside it takes more. What
 * is quadratic takes hundreds of them for the short text.
 */
const leastMs = 5;
const root = join(import.meta.dirname, '../..');

test('sixteen times as long takes at most forty times the processor time', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'processor-time.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // What is quadratic takes minutes by itself.
  const timer = setTimeout(() => child.kill('SIGKILL'), 1_200_000);
  const code = await new Promise((done) => child.once('close', done));
  clearTimeout(timer);
  const counts = said.split('\n').map((line) => line.split('\t'));
  expect([code, counts.at(-1)]).toEqual([0, ['']]);
  const slow = counts.filter(
    ([, short, long]) => Number(long) > mostTimes * Math.max(leastMs, Number(short)),
  );
  expect(slow).toEqual([]);
  expect(counts.length).toBeGreaterThan(300);
});

interface Found {
  readonly source: string;
  readonly flags: string;
}

/** The regular expressions that stand in a source. */
function expressionsIn(file: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('regex' in node) {
      const { pattern: source, flags } = node.regex as { pattern: string; flags: string };
      found.push({ source, flags });
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSync(file, readFileSync(file, 'utf8')).program);
  return found;
}

/** A run of characters that is looked at again from each of its characters, or in more than one way. */
const reportsOf = ({ source, flags }: Found) => analyse({ source, flags }).reports.map(({ type }) => type);

test('no regular expression can take more time than the length of a text', async () => {
  const files = globSync('src/**/!(*.test|*.fixture|*.setup).ts', { cwd: root }).filter(
    (file) => !file.includes('testing/'),
  );
  const made: Found[] = [];
  vi.stubGlobal(
    'RegExp',
    new Proxy(RegExp, {
      construct: (target, [source, flags = '']: [string, string?]) => {
        made.push({ source, flags });
        return new target(source, flags);
      },
    }),
  );
  for (const file of files.filter((name) => !name.endsWith('main.ts'))) await import(join(root, file));
  vi.unstubAllGlobals();
  const written = files.flatMap((file) => expressionsIn(join(root, file)));
  expect([written.length > 30, made.length > 2]).toEqual([true, true]);
  const slow = [...written, ...made].filter((one) => reportsOf(one).length > 0);
  expect(slow.map(({ source }) => source)).toEqual([]);
  // It would find these.
  expect(['0+$', '(?:a+)+$', 'a.*b.*c'].map((source) => reportsOf({ source, flags: '' }).length > 0)).toEqual(
    [true, true, true],
  );
});
