import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Columns,
  type Differences,
  differences,
  official,
  ours,
  released,
} from './migration.fixture.ts';

/** docs/migration.md names every column that differs from the official connector's, at every level. */
const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8');
const columns = /\n## Columns\n(.*?)\n### All other streams/s.exec(page)?.[1] ?? '';
const sections = new Map(columns.split('\n### ').map((text) => [text.slice(0, text.indexOf('\n')), text]));

const modern = ours(false);
const old = ours(true);
const none: Columns = new Map();

/** The title of a stream's section, its columns there, and here. */
const pairs = [...official()].flatMap(([stream, theirs]): [string, Columns, Columns][] =>
  stream === 'orders'
    ? [
        ['orders (2021-11)', theirs, modern.get(stream) ?? none],
        ['orders (2021-01)', theirs, old.get(stream) ?? none],
      ]
    : [[stream, theirs, modern.get(stream) ?? none]],
);
const cases = pairs.map(([title, theirs, here]) => ({ title, here, differ: differences(theirs, here) }));
const isSame = ({ gone, fresh, retyped }: Differences) => gone.length + fresh.length + retyped.length === 0;
const differing = cases.filter(({ differ }) => !isSame(differ));

const bare = (words: string) => words.replaceAll('`', '');
const streamOf = (title: string) => title.replace(/ .*/, '');

/** `Gone: …` names columns of the row, ``Gone within `a` and `b`: …`` those of each object. */
function goneIn(text: string) {
  return [...text.matchAll(/^Gone(?: within (.*?))?: (.*)\.$/gm)].flatMap(([, within, names = '']) =>
    (within === undefined ? [''] : bare(within).split(' and ')).flatMap((object) =>
      bare(names)
        .split(', ')
        .map((entry) => ({ prefix: object === '' ? '' : `${object}.`, entry: entry.split(' → ') })),
    ),
  );
}

test('every stream that differs has its section, and those that do not are named', () => {
  expect([...sections.keys()].slice(1)).toEqual(differing.map(({ title }) => title));
  const same = cases.filter(({ differ }) => isSame(differ)).map(({ title }) => title);
  expect(/^(.*) has the same columns/m.exec(page)?.[1]).toBe(same.map((title) => `\`${title}\``).join(', '));
});

describe.each(differing)('$title', ({ title, here, differ }) => {
  const text = sections.get(title) ?? '';

  test('every column that is gone is named, and no other [MIG-09]', () => {
    const named = goneIn(text).map(({ prefix, entry: [name] }) => `${prefix}${name}`);
    expect(named.toSorted()).toEqual(differ.gone);
  });

  test('what a column that is gone is now exists', () => {
    for (const { prefix, entry } of goneIn(text)) {
      const now = entry[1];
      if (now === undefined) continue;
      const [stream = '', ...path] = now.split('.');
      const found =
        here.has(`${prefix}${now}`) || here.has(now) || modern.get(stream)?.has(path.join('.')) === true;
      expect([now, found]).toEqual([now, true]);
    }
  });

  test('every new column is named, and no other', () => {
    const named = /^New: (.*)\.$/m.exec(text)?.[1];
    expect(named === undefined ? [] : bare(named).split(', ').toSorted()).toEqual(differ.fresh);
  });

  test('every column of another type is named with both types, and no other [MIG-09]', () => {
    const rows = [...text.matchAll(/^\| `(.+)` \| (\w+) \| (\w+) \|$/gm)];
    expect(rows.map(([, path, was, is]) => `${path}: ${was}, ${is}`).toSorted()).toEqual(differ.retyped);
  });
});

test('each stream with a column of another type is among those to refresh, and no other', () => {
  const retyped = differing.filter(({ differ }) => differ.retyped.length > 0);
  const list = /has another type: (.*?)\. All others/.exec(page)?.[1];
  expect(bare(list ?? '').split(', ')).toEqual([...new Set(retyped.map(({ title }) => streamOf(title)))]);
});

test('each column of 2021-01 that is now found under another name is among the renames', () => {
  const table = page.slice(page.indexOf('\n## From 2021-01'));
  const renames = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/`\w+`/g) ?? [],
  );
  const renamed = differing
    .filter(({ title }) => !title.includes('2021-01'))
    .flatMap(({ title }) => goneIn(sections.get(title) ?? ''))
    .flatMap(({ entry: [name, now] }) => (now === undefined ? [] : [`\`${name}\``]));
  expect(renamed.filter((name) => !renames.includes(name))).toEqual([]);
});

describe('since the last version', () => {
  const old2021 = '_2021_01';
  const here = (stream: string) =>
    (stream.endsWith(old2021) ? old : modern).get(stream.replace(old2021, '')) ?? none;
  const changes = [...released()].map(([stream, before]) => ({
    stream,
    ...differences(before, here(stream)),
  }));
  const section = /\n## From version 0\.1\.0\n(.*?)\n## /s.exec(page)?.[1] ?? '';

  test('no column is gone [T33]', () => {
    expect(changes.filter(({ gone }) => gone.length > 0)).toEqual([]);
  });

  test('every column of another type is named with both types, and no other [T33]', () => {
    const rows = [...section.matchAll(/^\| `(\w+)` \| `(.+?)` \| (\w+) \| (\w+) \|/gm)];
    const named = rows.map(([, stream, path, was, is]) => `${stream} ${path}: ${was}, ${is}`);
    expect(named.toSorted()).toEqual(
      changes.flatMap(({ stream, retyped }) => retyped.map((change) => `${stream} ${change}`)).toSorted(),
    );
  });

  test('metadata.yaml names each stream with a column of another type, and no other', () => {
    const yaml = readFileSync(new URL('../../metadata.yaml', import.meta.url), 'utf8');
    const impacted = /impactedScopes: \[(.*?)\]/.exec(yaml)?.[1]?.split(', ');
    expect(impacted).toEqual(
      changes
        .filter(({ retyped }) => retyped.length > 0)
        .map(({ stream }) => stream)
        .toSorted(),
    );
  });

  test('every stream has the column for what has none, and the page names it once', () => {
    for (const stream of [...modern.values(), ...old.values()])
      expect(stream.get('_ab_additional_properties')).toBe('object');
    expect(columns.match(/`_ab_additional_properties`/g)).toHaveLength(1);
  });
});
