import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../airbyte/json.ts';
import type { SyncContext } from '../sync/stream.ts';
import { createStreams } from './index.ts';

/** docs/migration.md tells what differs from the official connector's columns; our half of it is in the schemas. */
const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8');
const columns = /\n## Columns\n(.*?)\n### All other streams/s.exec(page)?.[1] ?? '';
const sections = columns
  .split('\n### ')
  .slice(1)
  .map((text) => ({ title: text.slice(0, text.indexOf('\n')), text }));

const schemas = (oldOrders: boolean) =>
  new Map(createStreams({} as SyncContext, oldOrders).map(({ name, schema }) => [name, schema.jsonSchema()]));
const modern = schemas(false);
const old = schemas(true);

const fieldOf = (schema: JsonObject | undefined, path: string): JsonObject | undefined =>
  path.split('.').reduce<JsonObject | undefined>((inner, name) => {
    const field = (inner?.['properties'] as JsonObject | undefined)?.[name.replace('[]', '')] as
      | JsonObject
      | undefined;
    return name.endsWith('[]') ? (field?.['items'] as JsonObject | undefined) : field;
  }, schema);

function typeOf(field: JsonObject | undefined): unknown {
  const type = [field?.['type']].flat().find((one) => one !== 'null');
  if (field?.['format'] === 'date') return 'date';
  return field?.['airbyte_type'] ?? type;
}

test('the streams of the official connector that differ are there', () => {
  const titles =
    'addresses, bundle_selections, charges, collections, credit_adjustments, customers, discounts, events, metafields, onetimes, orders (2021-11), orders (2021-01), payment_methods, plans, subscriptions';
  expect(sections.map(({ title }) => title).join(', ')).toBe(titles);
});

describe.each(sections)('$title', ({ title, text }) => {
  const schema = (title.includes('2021-01') ? old : modern).get(title.replace(/ .*/, ''));
  const named = (line: string) => new RegExp(`^${line}: (.*)\\.$`, 'm').exec(text)?.[1]?.split(', ') ?? [];
  const bare = (word: string | undefined) => word?.replaceAll('`', '') ?? '';

  test('what is gone is gone, and what it is now exists', () => {
    for (const entry of named('Gone')) {
      const [column, now] = entry.split(' → ').map(bare);
      expect([column, fieldOf(schema, column ?? '')]).toEqual([column, undefined]);
      if (now === undefined) continue;
      const [stream = '', ...path] = now.split('.');
      const found = fieldOf(schema, now) ?? fieldOf(modern.get(stream), path.join('.'));
      expect([now, found === undefined]).toEqual([now, false]);
    }
  });

  test('what is new is declared', () => {
    for (const column of named('New').map(bare))
      expect([column, fieldOf(schema, column) === undefined]).toEqual([column, false]);
  });

  test('each column has the type that it is said to have now, and had another', () => {
    for (const [, column = '', was, is] of text.matchAll(/^\| `(\w+)` \| (\w+) \| (\w+) \|$/gm)) {
      expect([column, typeOf(fieldOf(schema, column))]).toEqual([column, is]);
      expect(was).not.toBe(is);
    }
  });
});

test('each stream with a column of another type is among those to refresh, and no other', () => {
  const retyped = sections.filter(({ text }) => text.includes('| was | is |'));
  const list = /has another type: (.*?)\. All others/.exec(page)?.[1]?.replaceAll('`', '').split(', ');
  expect(list).toEqual([...new Set(retyped.map(({ title }) => title.replace(/ .*/, '')))]);
});
