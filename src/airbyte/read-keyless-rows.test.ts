import { describe, expect, test, vi } from 'vitest';
import { ConnectorError } from './connector-error.ts';
import { one, read, readerOf, rows, type Script, spoken, streamOf } from './read-scripts.fixture.ts';
import type { Batch, ReadRequest } from './source.ts';

describe('rows without a usable key [MSG-04, STO-03]', () => {
  /** Each row is a page; those with an even number have no key. */
  const script: Script = async function* (opened) {
    const { onKeylessRow } = opened[0] as ReadRequest;
    const rowsOf = function* (id: number) {
      if (id % 2 === 0) onKeylessRow(`page ${id}, index 0`);
      else yield { data: { id } };
    };
    for (const id of [1, 2, 3, 4, 6, 8, 10, 12]) yield { stream: 'things', rows: rowsOf(id), state: { id } };
  };
  const states = (lines: readonly string[]) => lines.filter((line) => line.startsWith('STATE'));
  const told = (lines: readonly string[]) => lines.filter((line) => line.startsWith('ERROR Exception'));

  test('an incremental sync goes past them, and fails at its end with their count and the first places', async () => {
    const [complete, lines] = await read(one(script));
    expect(complete).toBe(false);
    expect(states(lines).slice(0, 3)).toEqual([
      'STATE things {"id":1} 1',
      'STATE things {"id":2} 0',
      'STATE things {"id":3} 1',
    ]);
    expect(states(lines).at(-1)).toBe('STATE things {"id":12} 0');
    expect(spoken(lines).slice(-2)).toEqual(['ERROR config_error things', 'INCOMPLETE things']);
    expect(told(lines)).toEqual([
      expect.stringMatching(
        /6 rows of things .*: page 2, index 0; page 4, index 0; .*page 10, index 0; and 1 more\. .*the next sync does not read them again/,
      ),
    ]);
    expect(lines.filter((line) => line.startsWith('WARN'))).toHaveLength(5);
  });

  test('a full refresh saves nothing past the first of them, so that each attempt meets it', async () => {
    const catalog = [{ name: 'things', sync_mode: 'full_refresh' as const, sync_id: 7 }];
    const [complete, lines] = await read(one(script), { catalog });
    expect(complete).toBe(false);
    expect(states(lines)).toEqual(['STATE things {"id":1,"sync_id":7} 1']);
    expect(spoken(lines)).toContain('RECORD things 3');
    expect(spoken(lines).slice(-2)).toEqual(['ERROR config_error things', 'INCOMPLETE things']);
    expect(told(lines)).toEqual([expect.stringMatching(/6 rows of things .*keeps the old table/)]);
  });

  test('a stream without a cursor is a full refresh, whatever it is asked for', async () => {
    const [, lines] = await read(one((opened) => withoutStates(script(opened)), false));
    expect(told(lines)).toEqual([expect.stringMatching(/keeps the old table/)]);
  });

  test('a stream that fails for another reason tells of them in the log', async () => {
    const [, lines] = await read(
      one(async function* (opened) {
        yield* script(opened);
        throw new ConnectorError('transient_error', 'Busy. Try again later.');
      }),
    );
    expect(spoken(lines).slice(-2)).toEqual(['ERROR transient_error things', 'INCOMPLETE things']);
    expect(lines).toContainEqual(expect.stringMatching(/^WARN 6 rows of things came without a usable key/));
  });

  test('a full refresh that is silent for long repeats the state before the first of them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const catalog = [{ name: 'things', sync_mode: 'full_refresh' as const, sync_id: 7 }];
    const [, lines] = await read(
      one(async function* (opened) {
        yield* script(opened);
        await vi.advanceTimersByTimeAsync(11 * 60_000);
      }),
      { catalog },
    ).finally(() => vi.useRealTimers());
    expect(states(lines)).toEqual([
      'STATE things {"id":1,"sync_id":7} 1',
      'STATE things {"id":1,"sync_id":7} 1',
    ]);
  });

  test('one that its reader completes early fails alone', async () => {
    const shared = readerOf(async function* (opened) {
      (opened[0] as ReadRequest).onKeylessRow('page 1, index 0');
      yield { stream: 'a', rows: [], state: { id: 1 }, complete: true };
      yield { stream: 'b', rows: rows(1), state: { id: 1 } };
    });
    const [complete, lines] = await read([streamOf('a', shared), streamOf('b', shared)]);
    expect(complete).toBe(false);
    expect(lines.filter((line) => /^(ERROR \w+_error|INCOMPLETE|COMPLETE)/.test(line))).toEqual([
      'COMPLETE b',
      'ERROR config_error a',
      'INCOMPLETE a',
    ]);
  });
});

async function* withoutStates(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  for await (const { stream, rows: some } of batches) yield { stream, rows: some };
}
