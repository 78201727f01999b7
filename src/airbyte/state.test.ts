import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectorError } from './connector-error.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { isOfSync, noCursorState, parseState, stateOfSync } from './state.ts';

// zod leaves out a key named __proto__.
const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
const blob = fc.dictionary(name, fc.oneof(fc.string(), fc.integer(), fc.dictionary(name, fc.integer())), {
  minKeys: 1,
});
const saved = fc.dictionary(name, blob);

const streamMessages = (states: object): JsonValue[] =>
  Object.entries(states).map(([stream, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name: stream, namespace: null }, stream_state },
    sourceStats: { recordCount: 3 },
    global: null,
  }));

test('parses every shape of state to the same result [STI-01, STI-02]', () => {
  fc.assert(
    fc.property(saved, (states) => {
      const streams = Object.entries(states).map(([stream, stream_state]) => ({
        stream_descriptor: { name: stream },
        stream_state,
      }));
      const shapes = [
        streamMessages(states),
        [{ type: 'GLOBAL', global: { stream_states: streams }, stream: null }],
        [{ type: 'LEGACY', data: states }],
        states,
        streamMessages(states).map((state) => ({ type: 'STATE', state })),
      ] as JsonValue[];
      const expected = new Map(Object.entries(states));
      for (const shape of shapes) expect(parseState(shape)).toEqual(expected);
    }),
  );
});

test('any other JSON is a config_error, never a crash [STI-03]', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (raw) => {
      try {
        expect(parseState(raw as JsonValue)).toBeInstanceOf(Map);
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectorError);
        expect(error).toMatchObject({ type: 'config_error', message: expect.stringContaining('Reset') });
      }
    }),
  );
});

test('the last state of a stream counts, also where it is empty [STI-04]', () => {
  const twice = (last: JsonObject) =>
    parseState([streamMessages({ orders: { id: 1 } }), streamMessages({ orders: last })].flat() as JsonValue);
  expect(twice({ id: 2 }).get('orders')).toEqual({ id: 2 });
  expect(twice(noCursorState).has('orders')).toBe(false);
  expect(twice({ ...noCursorState, id: 2 }).get('orders')).toMatchObject({ id: 2 });
});

const full = (sync_id?: number | string) => ({ sync_mode: 'full_refresh' as const, sync_id });
const incremental = { sync_mode: 'incremental' as const, sync_id: 8 };

test("a full refresh writes the sync's id into its state, where there is one, and a mark at its end [RFR-02, RFR-03]", () => {
  expect(stateOfSync({ id: 1 }, full(8))).toEqual({ id: 1, sync_id: 8 });
  expect(stateOfSync({ id: 1 }, full(8), true)).toEqual({
    id: 1,
    sync_id: 8,
    refresh_complete: true,
  });
  for (const isFinished of [false, true]) {
    expect(stateOfSync({ id: 1 }, full(), isFinished)).toEqual({ id: 1 });
    expect(stateOfSync({ id: 1 }, incremental, isFinished)).toEqual({ id: 1 });
    expect(stateOfSync(noCursorState, full(8), isFinished)).toEqual(noCursorState);
  }
});

test('a full refresh resumes from a state of the same sync alone, an incremental one from any [RFR-03]', () => {
  for (const sync_id of [8, '8']) {
    expect(isOfSync({ sync_id }, full(8))).toBe(true);
    expect(isOfSync({ sync_id }, full('8'))).toBe(true);
    expect(isOfSync({ sync_id }, full())).toBe(false);
  }
  for (const sync_id of [7, '7', null, {}, [8], true]) expect(isOfSync({ sync_id }, full(8))).toBe(false);
  for (const sync_id of [8, 'undefined', '']) expect(isOfSync({}, full(sync_id))).toBe(false);
  for (const state of [{}, { sync_id: 'undefined' }]) expect(isOfSync(state, full())).toBe(false);
  for (const state of [{}, { sync_id: 7 }]) expect(isOfSync(state, incremental)).toBe(true);
});

test('parses one state alone like a list of it, within its message or without', () => {
  const [state = null] = streamMessages({ orders: { id: 1 } });
  for (const alone of [state, { type: 'STATE', state }])
    expect(parseState(alone)).toEqual(new Map([['orders', { id: 1 }]]));
});

test.each(['RECORD', 'LOG', 'TRACE'])('refuses a %s among the states', (type) => {
  const messages = [...streamMessages({ orders: { id: 1 } }), { type, record: {} }];
  expect(() => parseState(messages)).toThrow('entry 2 of its 2 is no STATE message');
});

test('one state alone needs no type, and is no map of streams', () => {
  const stream = { stream_descriptor: { name: 'orders' }, stream_state: { id: 1 } };
  expect(parseState({ stream })).toEqual(new Map([['orders', { id: 1 }]]));
  expect(parseState({ global: { stream_states: [stream] } })).toEqual(new Map([['orders', { id: 1 }]]));
  expect(parseState({ stream: { id: 1 } })).toEqual(new Map([['stream', { id: 1 }]]));
});

test('keeps a value that is no state, for its own stream to refuse [STI-03]', () => {
  const messages = ['orders', 'gone'].map((stream) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name: stream }, stream_state: stream === 'gone' ? 'oops' : { id: 1 } },
  }));
  expect(parseState(messages)).toEqual(
    new Map<string, unknown>([
      ['orders', { id: 1 }],
      ['gone', 'oops'],
    ]),
  );
});

test.each<[string, unknown]>([
  ['an empty list', []],
  ['an empty object', {}],
  ['null', null],
  ['a stream that saved null', streamMessages({ orders: null })],
  ['a stream that saved nothing', [{ type: 'STREAM', stream: { stream_descriptor: { name: 'orders' } } }]],
  ['a stream that saved an empty object', streamMessages({ orders: {} })],
])('%s is no state [CLI-02, STI-01]', (_name, raw) => {
  expect(parseState(raw as JsonValue)).toEqual(new Map());
});

test.each<[string, unknown]>([
  ['a text', 'abc'],
  ['a number', 5],
  ['a list of texts', ['abc']],
  ['an entry that is nothing', [{}]],
  ['an entry without its stream', [{ type: 'STREAM', stream: { stream_state: {} } }]],
  ['a legacy state that is a text', { orders: 'yesterday' }],
  ['a message without its list', { type: 'STREAM', stream: {} }],
])('%s is refused, with the remedy and without a word of it [STI-03]', (_name, raw) => {
  expect(() => parseState(raw as JsonValue)).toThrow(
    /^The state is not valid: (?!.*yesterday).+ Reset .+\.$/,
  );
});
