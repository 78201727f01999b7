import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfiguredCatalog } from './catalog.ts';
import { ConnectorError } from './connector-error.ts';
import type { JsonValue } from './json.ts';

const entry = (name: string, more: object = {}) => ({
  stream: { name, json_schema: {}, namespace: null },
  sync_mode: 'incremental',
  cursor_field: null,
  destination_sync_mode: 'a mode of tomorrow',
  ...more,
});

test('parses the streams in their order; null counts as absent [CLI-09, CONF-01]', () => {
  const streams = [
    entry('b'),
    entry('a', { sync_mode: 'full_refresh', cursor_field: ['id'] }),
    entry('c', { cursor_field: [] }),
  ];
  const stream = (name: string) => ({ name, namespace: null });
  expect(parseConfiguredCatalog({ streams })).toEqual([
    { stream: stream('b'), sync_mode: 'incremental', cursor_field: null },
    { stream: stream('a'), sync_mode: 'full_refresh', cursor_field: ['id'] },
    { stream: stream('c'), sync_mode: 'incremental', cursor_field: [] },
  ]);
});

test('any other JSON is a config_error, never a crash [CONF-03]', () => {
  const almost = fc.record(
    { stream: fc.jsonValue(), sync_mode: fc.jsonValue(), cursor_field: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ streams: fc.array(almost, { minLength: 1 }) })),
      (raw) => {
        expect(() => parseConfiguredCatalog(raw as JsonValue)).toThrow(ConnectorError);
      },
    ),
  );
});

test('names the stream that is not valid, and the place', () => {
  const broken = { streams: [entry('a'), entry('b', { sync_mode: 'INVALID' })] };
  expect(() => parseConfiguredCatalog(broken)).toThrow(
    'streams[1].sync_mode: must be full_refresh or incremental',
  );
  expect(() => parseConfiguredCatalog({ streams: [entry('a'), entry('a')] })).toThrow('the stream "a" twice');
});

test.each([
  ['as the message', { type: 'CATALOG', catalog: { streams: [] } }],
  [
    'without the message',
    { streams: [{ name: 'a', json_schema: {}, supported_sync_modes: ['full_refresh'] }] },
  ],
])("discover's own output, %s, is recognised, and the error says how to configure it", (_name, raw) => {
  expect(() => parseConfiguredCatalog(raw)).toThrow(
    "This is discover's output, not a configured catalog. Make each of its streams {stream, sync_mode, destination_sync_mode}.",
  );
});

test.each([
  [{}, 'not valid: streams: is missing. Run discover'],
  [null, 'not valid: must be an object. Run discover'],
  [[], 'not valid: must be an object. Run discover'],
  [{ streams: 'orders' }, 'not valid: streams: must be a list. Run discover'],
  [{ streams: [{ stream: {}, sync_mode: 'incremental' }] }, 'not valid: streams[0].stream.name: is missing.'],
  [{ streams: [{ stream: { name: 'a' } }] }, 'not valid: streams[0].sync_mode: is missing. Run discover'],
  [{ streams: ['orders'] }, 'not valid: streams[0]: must be an object. Run discover'],
])('%j is refused in a plain sentence', (raw, words) => {
  expect(() => parseConfiguredCatalog(raw)).toThrow(words);
});

test('shows three of many problems', () => {
  const streams = Array.from({ length: 5 }, () => ({ stream: { name: 'a' }, sync_mode: 'x' }));
  expect(() => parseConfiguredCatalog({ streams })).toThrow(/streams\[2\].*; and 2 more\. Run discover/);
});
