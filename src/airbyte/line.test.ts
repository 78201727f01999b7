import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import { additionalProperties, ChangeReport } from './change-report.ts';
import { type JsonObject, type JsonValue, rawJSON } from './json.ts';
import { messageLine, recordLine } from './line.ts';
import { anyObject, integer, list, object, primaryKey, schema } from './schema.ts';
import type { FieldType } from './schema-field-type.ts';

/** Characters a line can be broken by, and halves of characters. */
const unit = fc.constantFrom(
  ...'a"\\/\0\r\n\t\u000B\u001C\u007F\u0085\u2028\u2029\uFEFFé😀',
  '\uD83D',
  '\uDE00',
  '\\ud83d',
);
const anyText = fc.string({ unit });
/**
 * Without a backslash: JSON.parse of V8 14.6 takes the key of a tab for that of a backslash, if an object of the same
 * shape had one before.
 */
const anyKey = fc.string({ unit: unit.filter((text) => !text.startsWith('\\')) });
const wellFormedKey = anyKey.filter((key) => key.isWellFormed());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(wellFormedKey, tie('value'), { maxKeys: 3 }),
  ),
}));

/** All that Python's splitlines() and Java's BufferedReader cut at. */
const cuts = [...'\n\r\u000B\u000C\u001C\u001D\u001E\u0085\u2028\u2029'];
const cutsIn = (line: string) => cuts.filter((character) => line.slice(0, -1).includes(character));

test('a record is one line for every reader, and its text comes back whole [OUT-01, OUT-04, OUT-05]', () => {
  fc.assert(
    fc.property(fc.dictionary(wellFormedKey, value), (data) => {
      const line = recordLine('orders', data as JsonObject, 1_755_800_000_123);
      expect(line.endsWith('\n')).toBe(true);
      expect(cutsIn(line)).toEqual([]);
      expect(line).not.toMatch(/(?<!\\)(\\\\)*\\ud[89a-f]/);
      const message = JSON.parse(line);
      expect(message).toEqual({
        type: 'RECORD',
        record: { stream: 'orders', data: wellFormed(data), emitted_at: 1_755_800_000_123 },
      });
    }),
    { numRuns: runs(1000) },
  );
});

/** Written the slow way: JSON spells half a character as an escape, which no text of ours has otherwise. */
function wellFormed(data: unknown): unknown {
  if (typeof data === 'string') return data.toWellFormed();
  if (Array.isArray(data)) return data.map(wellFormed);
  if (typeof data !== 'object' || data === null) return Object.is(data, -0) ? 0 : data;
  return Object.fromEntries(
    Object.entries(data).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]),
  );
}

test('every other message likewise', () => {
  fc.assert(
    fc.property(anyText, (message) => {
      const line = messageLine({ type: 'LOG', log: { level: 'INFO', message } });
      expect(cutsIn(line)).toEqual([]);
      expect(JSON.parse(line).log.message).toBe(message.toWellFormed());
    }),
  );
});

test('numbers keep their digits, also beside a half character [OUT-06]', () => {
  const data = { '\uD83D': [rawJSON('9007199254740993'), rawJSON('10.0')] };
  expect(recordLine('orders', data, 1)).toContain('"data":{"\uFFFD":[9007199254740993,10.0]}');
});

test('what had to be changed stands beside the data, and nothing where nothing was [NEW-07]', () => {
  const change = { field: 'note\u2028', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' } as const;
  expect(JSON.parse(recordLine('orders', { id: 1 }, 5, [change])).record).toEqual({
    stream: 'orders',
    data: { id: 1 },
    emitted_at: 5,
    meta: { changes: [change] },
  });
  expect(recordLine('orders', { id: 1 }, 5)).not.toContain('meta');
});

test('names that differ in halves of characters alone stay apart [OUT-05]', () => {
  const halves = fc.string({ unit: fc.constantFrom('a', '\uD83D', '\uDE00', '\uFFFD', '_') });
  fc.assert(
    fc.property(fc.dictionary(halves, fc.nat(), { maxKeys: 6 }), (data) => {
      const { inner } = JSON.parse(recordLine('orders', { inner: data }, 0)).record.data;
      const sorted = (values: object) => Object.values(values).toSorted((a: number, b: number) => a - b);
      expect(sorted(inner)).toEqual(sorted(data));
      for (const [key, sent] of Object.entries(data)) if (key.isWellFormed()) expect(inner[key]).toBe(sent);
    }),
    { numRuns: runs(1000) },
  );
});

test.each([498, 499, 500, 501, 502])('half a character %i levels down costs nothing beside it', (levels) => {
  const nested = (left: number): JsonValue => (left === 0 ? '\uD83D' : [nested(left - 1)]);
  // Each undeclared value may be so deep from its own place on, wherever that lies.
  const lists = (left: number): FieldType =>
    list(left === 0 ? object({}) : object({ inner: lists(left - 1) }));
  const within = (left: number): JsonValue => [
    left === 0 ? { undeclared: nested(levels) } : { inner: within(left - 1) },
  ];
  const open = schema({ id: primaryKey(integer), free: anyObject, lists: lists(12) });
  const record = { id: 1, free: { value: nested(levels) }, unknown: nested(levels), lists: within(12) };
  open.coerce(record, new ChangeReport(() => {}));
  const { data } = JSON.parse(recordLine('orders', record, 0)).record;
  const kept = data[additionalProperties];
  const deepest = JSON.stringify([data.lists, kept]);
  const found = [data.free?.value ?? kept.free, kept.unknown].map((inner) => JSON.stringify(inner));
  // What is too deep is the text of its JSON, which spells it.
  for (const json of [deepest, ...found]) expect(json).toMatch(/\uFFFD|\\ud83d/);
  expect(data.lists).not.toBeNull();
});
