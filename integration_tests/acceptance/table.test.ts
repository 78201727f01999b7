import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { namesIn } from './test-names.ts';

/** docs/conformance.md is the list of what Airbyte asks; these tests keep it and the tests it names in step. */
const root = resolve(import.meta.dirname, '../..');
// The T of a time such as T00:00:00Z is none.
const anId =
  /\b(?:(?:CLI|EXIT|OUT|ERR|SIG|RUN|MSG|CATA|CONF|STI|STO|RFR|MIG|E|SS|CAT|STD|PYA|IMG|META|DOCS|UI|NEW|SPD|HB)-\d\d|T(?!00)\d\d(?!:))\b/g;

interface Row {
  readonly id: string;
  readonly state: string;
  /** File and name of each test. */
  readonly tests: readonly (readonly [file: string, name: string])[];
}

let page: string;
let rows: readonly Row[];
beforeAll(async () => {
  page = await readFile(resolve(root, 'docs/conformance.md'), 'utf8');
  rows = page
    .split('\n')
    .filter((line) => /^\| [A-Z]+-?\d\d /.test(line))
    .map((line) => {
      const [, id = '', , state = '', tests = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      const cited = [...tests.matchAll(/`([^`]+)` › (.*?)(?=<br>|$)/g)];
      return { id, state, tests: cited.map(([, file = '', name = '']) => [file, name] as const) };
    });
});

test('every id stands there once', () => {
  const ids = rows.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(200);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every row has one of four states: met names a test, the others a reason', () => {
  for (const { id, state, tests } of rows) {
    expect([id, state]).toEqual([
      id,
      expect.stringMatching(/^met(: .+|, but .+| by .+)?$|^(decided against|cannot apply|noted): .+/),
    ]);
    if (state.startsWith('met')) expect([id, tests.length > 0]).toEqual([id, true]);
  }
});

test('every test that is named exists: as a title, a row of a table of cases, or a step that a script prints', async () => {
  const problems: string[] = [];
  const known = new Map<string, readonly string[]>();
  for (const { id, tests } of rows)
    for (const [file, name] of tests) {
      if (!known.has(file))
        known.set(file, namesIn(file, await readFile(resolve(root, file), 'utf8').catch(() => '')));
      if (known.get(file)?.some((title) => title.includes(name)) !== true)
        problems.push(`${id}: ${file} › ${name}`);
    }
  expect(problems).toEqual([]);
});

test('every id that a test cites stands there', async () => {
  const known = new Set(rows.map(({ id }) => id));
  const unknown: string[] = [];
  for (const folder of ['integration_tests', 'src']) {
    const files = await readdir(resolve(root, folder), { recursive: true });
    for (const file of files.filter((name) => /^(?!.*node_modules).*\.((test|spec)\.ts|py)$/.test(name))) {
      const text = await readFile(resolve(root, folder, file), 'utf8');
      const cited = text.match(anId) ?? [];
      unknown.push(...cited.filter((id) => !known.has(id)).map((id) => `${file}: ${id}`));
    }
  }
  expect(unknown).toEqual([]);
});
