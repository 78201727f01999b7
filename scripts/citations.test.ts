import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

/**
 * docs/recharge-api.md holds the facts about the API that comments cite by heading; these tests keep both in
 * step.
 */
const root = resolve(import.meta.dirname, '..');
const written = '{src,sandbox,integration_tests,scripts,bench,docs}/**/*.{ts,tsx,py,md,txt}';
const paragraph = '\u00a7';

let facts: readonly string[];
let texts: readonly (readonly [file: string, text: string])[];
beforeAll(async () => {
  facts = (await readFile(resolve(root, 'docs/recharge-api.md'), 'utf8')).split('\n');
  const files = await Array.fromAsync(
    glob([written, '*.md'], { cwd: root, exclude: (name) => name.includes('node_modules') }),
  );
  texts = await Promise.all(
    files.map(async (file) => [file, await readFile(resolve(root, file), 'utf8')] as const),
  );
});

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

function anchors(): string[] {
  return facts.flatMap((line) => /^###? (.+)$/.exec(line)?.slice(1) ?? []).map(anchorOf);
}

test('every cited heading exists', () => {
  const known = new Set(anchors());
  const cited = texts.flatMap(([file, text]) =>
    [...text.matchAll(/recharge-api\.md#([\w-]*)/g)].map(([, anchor = '']) => ({ file, anchor })),
  );
  expect(cited.length).toBeGreaterThan(100);
  expect(cited.filter(({ anchor }) => !known.has(anchor))).toEqual([]);
});

test('every heading is there once', () => {
  expect(anchors().filter((anchor, index, all) => all.indexOf(anchor) !== index)).toEqual([]);
});

test('every fact says how sure it is', () => {
  const mark = '(?:seen|documented|other loader|inferred)';
  const sure = new RegExp(`(?:\\(|\\| )${mark}(?:, ${mark})*(?:\\)| \\|)$`);
  const start = facts.indexOf('## Requests');
  const lines = facts.slice(start).filter((line) => /^(?:- |\| `)/.test(line));
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => !sure.test(line))).toEqual([]);
});

test('nothing cites a paragraph by its number', () => {
  const citing = texts.filter(([, text]) => text.includes(paragraph)).map(([file]) => file);
  expect(citing).toEqual([]);
});
