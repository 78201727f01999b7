import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

/**
 * docs/conformance.md is the list of what Airbyte asks. A test says in brackets which rows it holds,
 * as in: one catalog [CATA-02, T24]. Its other words are free. These tests keep the page and the brackets in step.
 */
const root = resolve(import.meta.dirname, '../..');
const id =
  '(?:(?:CLI|EXIT|OUT|ERR|SIG|RUN|MSG|CATA|CONF|STI|STO|RFR|MIG|E|SS|CAT|STD|PYA|IMG|META|DOCS|UI|NEW|SPD|HB)-\\d\\d|T\\d\\d)';
const brackets = new RegExp(`\\[(${id}(?:, ${id})*)\\]['"\`]`, 'g');
/** What may hold a test: files of Vitest, and scripts that print their steps. */
const holdsTests = /^(?!.*node_modules).*(?:\.(?:test|spec)\.ts|\/main\.ts|\.py)$/;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly files: readonly string[];
}

let rows: readonly Row[];
/** The files whose tests name an id, by id. */
const holders = new Map<string, readonly string[]>();
beforeAll(async () => {
  const page = await readFile(resolve(root, 'docs/conformance.md'), 'utf8');
  rows = page
    .split('\n')
    .filter((line) => /^\| [A-Z]+-?\d\d /.test(line))
    .map((line) => {
      const [, name = '', , state = '', tests = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      return { id: name, state, files: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file) };
    });
  for (const folder of ['integration_tests', 'sandbox', 'scripts', 'src'])
    for (const name of (await readdir(resolve(root, folder), { recursive: true })).toSorted()) {
      const file = `${folder}/${name}`;
      if (!holdsTests.test(file)) continue;
      const text = await readFile(resolve(root, file), 'utf8');
      const named = [...text.matchAll(brackets)].flatMap(([, ids = '']) => ids.split(', '));
      for (const one of new Set(named)) holders.set(one, [...(holders.get(one) ?? []), file]);
    }
});

test('every id stands there once', () => {
  const ids = rows.map((row) => row.id);
  expect(ids.length).toBeGreaterThan(200);
  expect(ids.filter((one, index) => ids.indexOf(one) !== index)).toEqual([]);
});

test('every row has one of four states: met names a test, the others a reason', () => {
  for (const { id: name, state, files } of rows) {
    expect([name, state]).toEqual([
      name,
      expect.stringMatching(/^met(: .+|, but .+| by .+)?$|^(decided against|cannot apply|noted): .+/),
    ]);
    if (state.startsWith('met')) expect([name, files.length > 0]).toEqual([name, true]);
  }
});

test('a row names the files whose tests name it, and no other', () => {
  for (const row of rows) expect([row.id, row.files]).toEqual([row.id, holders.get(row.id) ?? []]);
});

test('every id that a test names stands there', () => {
  const known = new Set(rows.map((row) => row.id));
  expect([...holders].filter(([name]) => !known.has(name))).toEqual([]);
});

test('.ci/run runs every file that is named', async () => {
  const run = await readFile(resolve(root, '.ci/run'), 'utf8');
  const { scripts } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const ran = (script: string) => new RegExp(`npm run ${script}\\b|${script} npm ${script}\\b`).test(run);
  const called = [run, ...Object.entries(scripts).flatMap(([name, line]) => (ran(name) ? [line] : []))];
  /** What starts a file: a command that names it, or its folder's own configuration of Vitest. */
  const startOf = (file: string): string => {
    if (file.endsWith('.deep.test.ts')) return 'npm run test:deep --';
    if (file.endsWith('.test.ts')) return 'npm test --';
    return file.endsWith('.spec.ts') ? file.replace(/[^/]+$/, 'vitest.config.ts') : file;
  };
  const named = [...new Set(rows.flatMap(({ files }) => files))];
  expect(named.filter((file) => !called.some((line) => line.includes(startOf(file))))).toEqual([]);
});
