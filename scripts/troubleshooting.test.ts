import { glob, readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { parseSync } from 'vite';

/**
 * docs/troubleshooting.md has every message of the connector, and says there what counts as one. These tests keep page
 * and code equal.
 */
const root = `${import.meta.dirname}/..`;
const sources = 'src/**/!(*.test|*.fixture|*.setup|*.schema).ts';
const gap = '\u2026';

/** A text of the code: what stands between its gaps, and where it is. */
interface Text {
  readonly pieces: readonly string[];
  readonly place: string;
}

let texts: readonly Text[];
/** Rows of the page's tables: the messages in the first cell, and the other two. */
let rows: readonly (readonly [messages: readonly string[], cause: string, cure: string])[];
beforeAll(async () => {
  const files = await Array.fromAsync(glob(sources, { cwd: root, exclude: (name) => name === 'testing' }));
  const read = (file: string) => readFile(`${root}/${file}`, 'utf8');
  const found = await Promise.all(files.map(async (file) => textsIn(file, await read(file))));
  texts = [...found.flat(), ...stderrOf(await read('scripts/build.ts'))];
  rows = (await read('docs/troubleshooting.md'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '))
    .map(([first = '', cause = '', cure = '']) => [
      [...first.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message.replaceAll(/<[^>]+>/g, '<>')),
      cause,
      cure.replace(/ ?\|$/, ''),
    ]);
});

/** Calls whose arguments are no messages, and fields of the form. */
const noMessages = /\b(?:log\.debug|meta|startsWith|includes)$/;

function textsIn(file: string, source: string): Text[] {
  const found: Text[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (!isNode(node) || Array.isArray(node)) return;
    const text = textOf(node);
    if (text !== undefined) {
      const pieces = text.replaceAll(/\s+/g, ' ').trim().split(gap);
      const line = source.slice(0, node.start).split('\n').length;
      if (text.length > 3 && wordsIn(pieces).length > 0) found.push({ pieces, place: `${file}:${line}` });
    }
    const { callee, key } = node;
    if (isNode(key) && key['name'] === 'title') return;
    if (isNode(callee) && noMessages.test(source.slice(callee.start, callee.end))) visit(callee);
    else for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSync(file, source).program);
  return found;
}

type Node = Readonly<Record<string, unknown>> & { readonly start: number; readonly end: number };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function textOf({ type, value, quasis }: Node): string | undefined {
  if (type === 'Literal' && typeof value === 'string') return value;
  if (type !== 'TemplateLiteral') return undefined;
  return (quasis as { value: { cooked: string } }[]).map(({ value: { cooked } }) => cooked).join(gap);
}

/** The sentences of the launcher, which stand within a text of their own. */
function stderrOf(build: string): Text[] {
  return [...build.matchAll(/writeSync\(2, '(.*)\\\\n'\)/g)].map(([, text = '']) => ({
    pieces: text.split(/' \+ .*? \+ '|\$\{\w+\}/),
    place: 'scripts/build.ts',
  }));
}

function wordsIn(pieces: readonly string[]): string[] {
  const words = pieces.join(` ${gap} `).split(' ');
  return words.filter((word) => /^["'(]?[A-Za-z_']+["')]?[.,:;?]*$/.test(word));
}

function patternOf({ pieces }: Text): RegExp {
  return new RegExp(`^(.*)${pieces.map((piece) => RegExp.escape(piece)).join('(.*?)')}(.*)$`);
}

test('every message of the code stands on the page', () => {
  const messages = rows.flatMap(([found]) => found);
  expect(texts.length).toBeGreaterThan(150);
  const missing = texts.filter(
    (text) => wordsIn(text.pieces).length > 1 && !messages.some((message) => patternOf(text).test(message)),
  );
  expect(missing.map(({ pieces, place }) => `${pieces.join('<…>')} (${place})`)).toEqual([]);
});

test('every message on the page is one of the code', () => {
  const longestFirst = texts.toSorted((a, b) => b.pieces.join('').length - a.pieces.join('').length);
  const leftOf = (message: string) =>
    longestFirst.reduce((left, text) => patternOf(text).exec(left)?.slice(1).join(' ') ?? left, message);
  const unknown = rows.flatMap(([found]) => found.map((message) => [message, leftOf(message)] as const));
  expect(unknown.filter(([, left]) => /[a-z]/i.test(left))).toEqual([]);
});

test('every message has a cause and a cure, once', () => {
  expect(rows.filter(([, cause, cure]) => cause.trim() === '' || cure.trim() === '')).toEqual([]);
  const messages = rows.flatMap(([found]) => found);
  expect(messages.filter((message, index) => messages.indexOf(message) !== index)).toEqual([]);
});
