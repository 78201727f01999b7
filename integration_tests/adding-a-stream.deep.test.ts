import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const leftOut = ['.git', 'node_modules', '.venv', 'dist', 'coverage', 'demo-output'];
const stream = 'gift_cards';

/** The stream that CONTRIBUTING adds, added to a copy of the project as it says. */
let copy: string;
let page: string;
beforeAll(async () => {
  page = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
  copy = await mkdtemp(join(tmpdir(), 'adding-a-stream-'));
  await cp(root, copy, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const file of [
    'src/streams/schemas/gift-cards.schema.ts',
    `src/streams/schemas/examples/${stream}.json`,
    'src/streams/gift-cards.ts',
  ])
    await writeFile(join(copy, file), blockAfter(`\`${file}\`:`));
  await edit('src/streams/registry.ts', (text) => text + blockAfter('`src/streams/registry.ts`:'));
  await edit('sandbox/data/plain-lists.ts', (text) =>
    text.replace(/(?=\} as const satisfies)/, () => blockAfter('`sandbox/data/plain-lists.ts`')),
  );
});
afterAll(() => rm(copy, { recursive: true }));

/** The first program on the page after these words, without its indentation. */
function blockAfter(words: string): string {
  const from = page.slice(page.indexOf(words));
  const [, block] = /^ {3}```\w+\n(.*?)^ {3}```$/ms.exec(from) ?? [];
  if (!page.includes(words) || block === undefined)
    throw new Error(`CONTRIBUTING.md has no program after: ${words}`);
  return block.replaceAll(/^ {3}/gm, '');
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(copy, file), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${file} has no place for what CONTRIBUTING.md adds`);
  await writeFile(join(copy, file), changed);
}

/** What a program prints on stdout. @throws with all that it printed, where it ends with another code than 0 */
async function inCopy(...command: readonly string[]): Promise<string> {
  const [program = '', ...more] = command;
  const path = `${join(copy, 'node_modules/.bin')}:${process.env['PATH']}`;
  try {
    const { stdout } = await run(program, more, { cwd: copy, env: { ...process.env, PATH: path } });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Titles of the tests that passed. */
async function passed(...files: readonly string[]): Promise<string[]> {
  await inCopy(
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    '--outputFile=passed.json',
    ...files,
  );
  const { testResults } = JSON.parse(await readFile(join(copy, 'passed.json'), 'utf8')) as {
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return results.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
}

test('a stream added by the five steps of CONTRIBUTING is typed, read, resumed and refused as others are', async () => {
  await inCopy('tsc', '--noEmit');
  await inCopy('node', 'scripts/build.ts');
  const titles = await passed(
    'src/source-tree.test.ts',
    'src/streams/schemas/examples.test.ts',
    'src/streams/schemas/declared.test.ts',
    'integration_tests/streams/every-stream.test.ts',
    'integration_tests/streams/refusals.test.ts',
  );
  for (const title of [
    `the examples of ${stream} fit as they are`,
    `${stream}: the first page is asked for by time where the API keeps to it`,
    `${stream}: the rows at or after the saved cursor, no other`,
    `${stream} is refused, with the name of the scope that opens it`,
  ])
    expect(titles.filter((each) => each.replace(/ \[[^\]]*\]$/, '').endsWith(title))).toHaveLength(1);
  await inCopy('node', 'scripts/acceptance-files.ts');
  expect(await readFile(join(copy, 'integration_tests/configured_catalog.json'), 'utf8')).toContain(stream);
  await passed(
    'integration_tests/acceptance/ecosystem.test.ts',
    'integration_tests/acceptance/files.test.ts',
  );
}, 300_000);
