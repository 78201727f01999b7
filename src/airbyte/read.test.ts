import { expect, test } from 'vitest';
import { configError, ConnectorError } from './connector-error.ts';
import type { JsonObject } from './json.ts';
import { one, read, readerOf, rows, type Script, spoken, streamOf } from './read-scripts.fixture.ts';
import type { ReadRequest } from './source.ts';

test('writes RUNNING once, the rows, then the state with their count, and COMPLETE last [STO-02, STO-03]', async () => {
  const [complete, lines] = await read(
    one(async function* () {
      yield { stream: 'things', rows: rows(1, 2), state: { id: 2 } };
      yield { stream: 'things', rows: rows(3) };
      yield { stream: 'things', rows: rows(4), state: { id: 4 } };
      yield { stream: 'things', rows: [], state: { id: 4 } };
    }),
  );
  expect(complete).toBe(true);
  expect(spoken(lines)).toEqual([
    'STARTED things',
    'RUNNING things',
    'RECORD things 1',
    'RECORD things 2',
    'STATE things {"id":2} 2',
    'RECORD things 3',
    'RECORD things 4',
    'STATE things {"id":4} 2',
    'STATE things {"id":4} 0',
    'COMPLETE things',
  ]);
  expect(lines).toContain('INFO Read 4 records from things stream');
});

test("a stream without a cursor ends with the protocol's own state, and is given none", async () => {
  const [complete, lines] = await read(
    one(async function* (opened) {
      yield { stream: 'things', rows: rows(Number((opened[0] as ReadRequest).state !== undefined)) };
    }, false),
    { states: { things: { id: 9 } } },
  );
  expect(complete).toBe(true);
  expect(spoken(lines).slice(2)).toEqual([
    'RECORD things 0',
    'STATE things {"__ab_no_cursor_state_message":true} 1',
    'COMPLETE things',
  ]);
});

test('a stream with a cursor that ends without a state, or after rows without one, is not complete [STO-01]', async () => {
  const scripts: Script[] = [
    async function* () {
      yield* [];
    },
    async function* () {
      yield { stream: 'things', rows: rows(1), state: { id: 1 } };
      yield { stream: 'things', rows: rows(2) };
    },
  ];
  for (const script of scripts) {
    const [complete, lines] = await read(one(script));
    expect(complete).toBe(false);
    expect(spoken(lines).slice(-2)).toEqual(['ERROR system_error things', 'INCOMPLETE things']);
    expect(lines).not.toContain('COMPLETE things');
  }
});

test('an error fails all streams of its reader, and no other; a config_error is reported last', async () => {
  const shared = readerOf(async function* () {
    yield { stream: 'a', rows: rows(1), state: { id: 1 } };
    throw configError('The token may not. Give it the scope.');
  });
  const other = readerOf(async function* () {
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield { stream: 'c', rows: [] };
    throw new ConnectorError('transient_error', 'Busy. Try again later.');
  });
  const [complete, lines] = await read([streamOf('a', shared), streamOf('b', shared), streamOf('c', other)]);
  expect(complete).toBe(false);
  const traces = lines.filter((line) => /^(ERROR \w+_error|INCOMPLETE)/.test(line));
  expect(traces).toEqual([
    'ERROR transient_error c',
    'INCOMPLETE c',
    'ERROR config_error a',
    'INCOMPLETE a',
    'ERROR config_error b',
    'INCOMPLETE b',
  ]);
});

test('rows for a stream that is not read fail the reader', async () => {
  const [complete, lines] = await read(
    one(async function* () {
      yield { stream: 'others', rows: rows(1), state: { id: 1 } };
    }),
  );
  expect(complete).toBe(false);
  expect(spoken(lines)).not.toContain('RECORD others 1');
  expect(lines).toContain('ERROR system_error things');
});

test('an abort leaves the stream INCOMPLETE without an error, also where its reader ends early', async () => {
  const stop = new AbortController();
  const [complete, lines] = await read(
    one(async function* () {
      yield { stream: 'things', rows: rows(1), state: { id: 1 } };
      stop.abort();
    }),
    { signal: stop.signal },
  );
  expect(complete).toBe(false);
  expect(spoken(lines).slice(-2)).toEqual(['STATE things {"id":1} 1', 'INCOMPLETE things']);
});

test('does not write a batch that comes after the abort', async () => {
  const stop = new AbortController();
  const [, lines] = await read(
    one(async function* () {
      stop.abort();
      yield { stream: 'things', rows: rows(1), state: { id: 1 } };
    }),
    { signal: stop.signal },
  );
  expect(lines).not.toContain('RECORD things 1');
});

test("a full refresh gets its state in the same sync alone, and writes the sync's id into it", async () => {
  const script: Script = async function* (opened) {
    const { state } = opened[0] as { state?: JsonObject };
    yield { stream: 'things', rows: rows(state === undefined ? 0 : 1), state: { id: 5 } };
  };
  const entry = (sync_id: number) => [{ name: 'things', sync_mode: 'full_refresh' as const, sync_id }];
  const states = { things: { id: 4, sync_id: 7 } };
  const last = (id: number, count = 0) =>
    `STATE things {"id":5,"sync_id":${id},"refresh_complete":true} ${count}`;
  const [, same] = await read(one(script), { catalog: entry(7), states });
  const [, another] = await read(one(script), { catalog: entry(8), states });
  expect(spoken(same).slice(2, 5)).toEqual([
    'RECORD things 1',
    'STATE things {"id":5,"sync_id":7} 1',
    last(7),
  ]);
  expect(spoken(another).slice(2, 5)).toEqual([
    'RECORD things 0',
    'STATE things {"id":5,"sync_id":8} 1',
    last(8),
  ]);
  const finished = { things: { id: 5, sync_id: 7, refresh_complete: true } };
  const [complete, again] = await read(one(script), { catalog: entry(7), states: finished });
  expect(spoken(again)).toEqual(['STARTED things', 'RUNNING things', last(7), 'COMPLETE things']);
  expect(complete).toBe(true);
});

test('a full refresh that was finished is not read, and not failed by its siblings', async () => {
  const opened: string[] = [];
  const shared = readerOf(async function* (requests) {
    opened.push(...requests.map(() => 'one'));
    yield { stream: 'b', rows: [], state: { id: 1 } };
    throw new ConnectorError('transient_error', 'Busy. Try again later.');
  });
  const [complete, lines] = await read([streamOf('a', shared), streamOf('b', shared)], {
    catalog: ['a', 'b'].map((name) => ({ name, sync_mode: 'full_refresh' as const, sync_id: 7 })),
    states: { a: { id: 5, sync_id: 7, refresh_complete: true }, b: { id: 1, sync_id: 7 } },
  });
  expect([complete, opened]).toEqual([false, ['one']]);
  expect(lines.filter((line) => /^(INCOMPLETE|COMPLETE)/.test(line))).toEqual(['COMPLETE a', 'INCOMPLETE b']);
});

test('a rate limit is reported as RUNNING with its reason, until the stream has ended', async () => {
  let limited: ((until: number) => void) | undefined;
  const [, lines] = await read(
    one(async function* (opened) {
      limited = (opened[0] as { onRateLimited: (until: number) => void }).onRateLimited;
      limited(5.5);
      yield { stream: 'things', rows: [], state: { id: 1 } };
    }),
  );
  limited?.(6);
  expect(spoken(lines).slice(0, 3)).toEqual(['STARTED things', 'RUNNING things limited', 'RUNNING things']);
});

test.each([null, []])('a cursor field that is %j is none that is configured', async (cursor_field) => {
  const [, lines] = await read(
    one(async function* () {
      yield { stream: 'things', rows: [], state: { id: 1 } };
    }),
    { catalog: [{ name: 'things', sync_mode: 'incremental', cursor_field }] },
  );
  expect(lines.join()).not.toContain('cursor field');
});

test('logs unknown streams, states of streams that are not configured, and another cursor field [CONF-01, CONF-04, STI-03]', async () => {
  const [complete, lines] = await read(
    one(async function* () {
      yield { stream: 'things', rows: [], state: { id: 1 } };
    }),
    {
      states: { gone: { id: 1 } },
      catalog: [
        { name: 'missing', sync_mode: 'incremental' },
        { name: 'things', sync_mode: 'incremental', cursor_field: ['at'] },
      ],
    },
  );
  expect(complete).toBe(false);
  expect(lines).toContain('WARN Ignoring the state of gone: the stream is not configured.');
  expect(lines).toContain('WARN things: the configured cursor field is ignored; its cursor is id.');
  expect(spoken(lines).slice(-2)).toEqual(['ERROR config_error missing', 'INCOMPLETE missing']);
});
