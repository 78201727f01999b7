import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configError } from './connector-error.ts';
import { pipe } from './files.fixture.ts';
import { readJsonFile } from './files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, 'file.json');
  await writeFile(path, content);
  return path;
}

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', (text: string) => text],
  ['UTF-8 with a byte order mark', (text: string) => `\uFEFF${text}`],
  ['UTF-16LE, as PowerShell writes it', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16LE without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ['UTF-16BE', (text: string) => utf16be(`\uFEFF${text}`)],
  ['UTF-16BE without a mark', utf16be],
])('JSON in %s is read [CLI-08]', async (_name, encode) => {
  for (const json of ['[1]', 'null', '{"a":"\uFEFF"}\r\n'])
    expect(await readJsonFile('state', await file(encode(json)))).toEqual(JSON.parse(json));
});

test('parses JSON lines, such as the STATE lines of a sync, as a list', async () => {
  expect(await readJsonFile('state', await file('\uFEFF{"a":1}\n{"b":2}\r\n\n'))).toEqual([
    { a: 1 },
    { b: 2 },
  ]);
});

test.each([
  ['{"access_token": sesame}', 1, 18],
  ['{"access_token": "sesame",}', 1, 27],
  ['{\n  "access_token": "sesame"\n  "start_date": "2024-01-01"\n}', 3, 3],
  ['{"access_token": "sesame"', 1, 26],
  ["{'access_token': 'sesame'}", 1, 2],
  ['{"a": "sesame"}\n{"a": sesame}', 2, 1],
  ['access_token=sesame', 1, 1],
])(
  'what is not JSON is told by its place, and not quoted: %j [CLI-08, CLI-11]',
  async (text, line, column) => {
    const path = await file(text);
    const error: unknown = await readJsonFile('configuration', path).catch((thrown: unknown) => thrown);
    expect(error).toEqual(
      configError(`The configuration file ${path} is not valid JSON: see line ${line}, column ${column}.`),
    );
    expect(error).not.toHaveProperty('cause');
  },
);

test('the position is that of the first character that is not valid', async () => {
  const broken = fc.tuple(fc.jsonValue(), fc.nat(), fc.boolean()).map(([value, at, wide]) => {
    const json = JSON.stringify([value], null, wide ? 1 : 0);
    return [json, at % json.length] as const;
  });
  await fc.assert(
    fc.asyncProperty(broken, async ([json, at]) => {
      const [line, column] = placeOf(json, at);
      // A control character other than white space may stand nowhere in JSON.
      const path = await file(`${json.slice(0, at)}\u0001${json.slice(at)}`);
      await expect(readJsonFile('state', path)).rejects.toThrow(`see line ${line}, column ${column}.`);
    }),
    { numRuns: runs(50) },
  );
});

function placeOf(text: string, at: number): [line: number, column: number] {
  const before = text.slice(0, at).split('\n');
  return [before.length, (before.at(-1) ?? '').length + 1];
}

test('without permission, the error names the user that must be able to read the file [CLI-08, STD-06]', async () => {
  const path = await file('{}');
  await chmod(path, 0o000);
  await asSomebodyElse(async () => {
    await expect(readJsonFile('configuration', path)).rejects.toMatchObject({
      type: 'config_error',
      message: expect.stringContaining('permission denied; the file must be readable by the user'),
    });
  });
});

/** The superuser may read every file. */
async function asSomebodyElse(act: () => Promise<void>): Promise<void> {
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    if (superuser) process.seteuid?.(0);
  }
}

test.each([
  '{"access_token": "sesame"}',
  ' ["sesame"]',
  'access_token: sesame\nstart_date: 2024-01-01',
  'sesame'.repeat(200),
])('content in place of a path is refused, and not shown: %j [CLI-11]', async (content) => {
  const error: unknown = await readJsonFile('configuration', content).catch((thrown: unknown) => thrown);
  expect(error).toEqual(
    configError('The configuration must be given as the path of a file, not as its content.'),
  );
});

test.each([
  ['none.json', 'no such file'],
  ['/dev/null/none.json', '/dev/null/none.json'],
  ['/dev', 'it is a directory'],
  ['/dev/zero', 'is larger than 64 MB'],
  ['/dev/null', 'is empty'],
  ['/proc/self/mem', ': EIO'],
  // A log that may have nothing more to say just now, and never ends; or is not to be read by all.
  ['/proc/kmsg', 'Cannot read the configuration file /proc/kmsg: '],
  ['sk_live_1x1_sesame', 'must be given as the path of a file'],
])('%s ends in one sentence [CLI-08]', async (path, sentence) => {
  const error: unknown = await readJsonFile('configuration', path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ type: 'config_error', message: expect.stringContaining(sentence) });
  expect(error).not.toMatchObject({ message: expect.stringContaining('sesame') });
});

test('a socket is no file [CLI-08]', async () => {
  const path = join(folder, 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  await expect(readJsonFile('state', path)).rejects.toThrow('it is no file, but a socket or a device');
  server.close();
});

test('a pipe is read to its end, be it written late and in parts, as --config <(…) is', async () => {
  const { path } = pipe(folder, `{ sleep 0.3; printf '{"a":'; sleep 0.3; printf '1}'; } > "$1"`);
  expect(await readJsonFile('configuration', path)).toEqual({ a: 1 });
});

test.each([
  ['lists', '['.repeat(501) + ']'.repeat(501)],
  ['objects', `{"a":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5 + 1)}`],
  ['lists without end', '['.repeat(2e6)],
])('%s too deep to be read end in one sentence [CLI-08]', async (_name, json) => {
  await expect(readJsonFile('state', await file(json))).rejects.toMatchObject({
    type: 'config_error',
    message: expect.stringMatching(/^The state file .* is nested deeper than 500 levels\.$/),
  });
  const most = '['.repeat(500) + ']'.repeat(500);
  expect(await readJsonFile('state', await file(most))).toEqual(JSON.parse(most));
});

test('the place of an error is not searched for in a large file, which would take long', async () => {
  const path = await file(`[${'{"a":"b"},'.repeat(4.1e5)}`);
  await expect(readJsonFile('state', path)).rejects.toThrow(`The state file ${path} is not valid JSON.`);
});

test('names an empty file as empty', async () => {
  const path = await file(' \n');
  await expect(readJsonFile('state', path)).rejects.toThrow(`The state file ${path} is empty.`);
});
