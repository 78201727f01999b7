import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/airbyte/index.ts';
import { stateFile, stateOf } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { catalogOf, config, readScenarios, scenarios, toy, toyConfig } from './programs.ts';

const noCursor = { __ab_no_cursor_state_message: true };
const readWith = (catalog: unknown, state?: unknown) =>
  runConnector(['read'], {
    executable: scenarios,
    files: { config, catalog, ...(state !== undefined && { state }) },
  });

describe('the configured catalog', () => {
  test('ignores what clients add; null counts as absent [CLI-09, CONF-01, CONF-05, CONF-09, RFR-04, NEW-05]', async () => {
    const [entry] = catalogOf('fine').streams;
    const catalog = {
      novelty: 1,
      streams: [
        {
          ...entry,
          stream: { name: 'fine', namespace: null, json_schema: { properties: { gone: {} } }, novelty: 1 },
          destination_sync_mode: 'overwrite_dedup',
          cursor_field: null,
          primary_key: null,
          generation_id: null,
          minimum_generation_id: 0,
          sync_id: 7,
          include_files: null,
          destination_object_name: 'x',
        },
      ],
    };
    const run = await readWith(catalog);
    expect(run.exitCode).toBe(0);
    // Columns that are gone, or that the schema never had, change nothing (CONF-05, CONF-09).
    expect(run.records()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test('incremental without a cursor is a full refresh, and ends with the sentinel [CONF-02, RFR-01]', async () => {
    const run = await readWith(catalogOf('list', 'nothing'), stateOf({ list: { page: 4 } }));
    expect(run.records('list')).toEqual([{ syncMode: 'full_refresh', state: null }]);
    expect([run.lastState('list'), run.lastState('nothing')]).toEqual([noCursor, noCursor]);
    expect(run.states()).toHaveLength(2);
    expect(run.exitCode).toBe(0);
  });

  test.each([
    ['a sync_mode nobody knows [CONF-03]', { streams: [{ stream: { name: 'fine' }, sync_mode: 'INVALID' }] }],
    ['one stream twice [CONF-08]', catalogOf('fine', 'empty', 'fine')],
  ])('%s is refused before anything is read', async (_name, catalog) => {
    const run = await readWith(catalog);
    expect(run.errors()).toEqual([
      { message: expect.stringMatching(/^The configured catalog .+\.$/), failure_type: 'config_error' },
    ]);
    expect(run.records()).toEqual([]);
    expect(run.exitCode).toBe(1);
  });

  test('an empty catalog is done at once [CONF-07]', async () => {
    const run = await readScenarios([]);
    expect([run.logs().slice(0, 2), run.exitCode]).toEqual([
      ['INFO Starting syncing', 'INFO Finished syncing'],
      0,
    ]);
    expect(run.messages).toHaveLength(3);
  });
});

describe('the state file', () => {
  const echo = (state: unknown) => readWith(catalogOf('echo'), state);

  test.each<[string, unknown]>([
    [
      'with all that clients add [STI-01]',
      [
        {
          type: 'STREAM',
          stream: { stream_descriptor: { name: 'echo', namespace: null }, stream_state: { id: 4 } },
          global: null,
          data: null,
          sourceStats: { recordCount: 3.0 },
          destinationStats: null,
          id: 12,
        },
      ],
    ],
    [
      'the STATE lines of a sync, as they came',
      [3, 4]
        .flatMap((id) => stateOf({ echo: { id } }))
        .map((state) => `${JSON.stringify({ type: 'STATE', state })}\n`)
        .join(''),
    ],
  ])('%s', async (_name, state) => {
    const run = await echo(state);
    expect(run.records()).toEqual([{ syncMode: 'incremental', state: { id: 4 } }]);
    expect(run.exitCode).toBe(0);
  });

  test('what is no state is refused, with the remedy [STI-03]', async () => {
    const run = await echo({ echo: 'yesterday' });
    expect(run.errors()).toEqual([
      {
        message: expect.stringMatching(/^The state is not valid: .+ Reset .+\.$/),
        failure_type: 'config_error',
      },
    ]);
    expect(run.errors()[0]?.message).not.toContain('yesterday');
    expect([run.statuses('echo'), run.exitCode]).toEqual([[], 1]);
  });

  test('a state that is no object is its own stream to fail [STI-03]', async () => {
    const run = await readWith(catalogOf('echo', 'fine'), stateOf({ echo: [] as never }));
    expect(run.errors()).toEqual([
      {
        message: 'The state of echo is not valid: it is no object. Reset the stream.',
        failure_type: 'config_error',
        stream_descriptor: { name: 'echo' },
      },
    ]);
    expect([run.statuses('echo').at(-1), run.statuses('fine').at(-1)]).toEqual(['INCOMPLETE', 'COMPLETE']);
  });
});

describe('a full refresh resumes from a state of its own sync alone [RFR-03]', () => {
  const finished = { refresh_complete: true };
  const readAs = (sync_mode: string, catalogSync: unknown, state: JsonObject) => {
    const [entry] = catalogOf('echo').streams;
    return readWith(
      {
        streams: [{ ...entry, sync_mode, generation_id: 9, minimum_generation_id: 9, sync_id: catalogSync }],
      },
      stateOf({ echo: state }),
    );
  };

  test.each<[string, unknown, JsonObject, boolean]>([
    ['the same sync', 7, { id: 4, sync_id: 7 }, true],
    ['the same, as text', '7', { id: 4, sync_id: 7 }, true],
    ['another sync that was finished', 8, { id: 4, sync_id: 7, ...finished }, false],
    ['a catalog that names nonsense', { a: 1 }, { id: 4, sync_id: 7 }, false],
  ])('%s', async (_name, catalogSync, state, goesOn) => {
    const run = await readAs('full_refresh', catalogSync, state);
    expect(run.records()).toEqual([{ syncMode: 'full_refresh', state: goesOn ? state : null }]);
    const named = ['7', 7, 8].includes(catalogSync as number);
    expect(run.lastState('echo')).toEqual({ id: 1, ...(named && { sync_id: catalogSync, ...finished }) });
    expect(run.exitCode).toBe(0);
  });

  test('one that was finished says its state again and is COMPLETE [RFR-02]', async () => {
    const state = { id: 4, sync_id: 7, ...finished };
    const run = await readAs('full_refresh', 7, state);
    expect([run.records(), run.states('echo').length, run.lastState('echo')]).toEqual([[], 1, state]);
    expect([run.statuses('echo'), run.exitCode]).toEqual([['STARTED', 'RUNNING', 'COMPLETE'], 0]);
  });

  test('an incremental stream resumes in any sync, and writes neither id nor mark', async () => {
    const state = { id: 4, sync_id: 7, ...finished };
    const run = await readAs('incremental', 8, state);
    expect(run.records()).toEqual([{ syncMode: 'incremental', state }]);
    expect(run.lastState('echo')).toEqual({ id: 1 });
  });
});

describe("the log, in the words of Airbyte's own framework [SS-05]", () => {
  const linesOf = (run: Awaited<ReturnType<typeof readWith>>, stream: string) =>
    run.logs().filter((line) => line.includes(stream) && /^INFO (?!Summary)/.test(line));

  test('a stream that is complete, and one that fails', async () => {
    const run = await readScenarios(['fine', 'broken']);
    expect([run.logs().at(0), run.logs().at(-4)]).toEqual(['INFO Starting syncing', 'INFO Finished syncing']);
    for (const stream of ['fine', 'broken'])
      expect(linesOf(run, stream)).toEqual([
        `INFO Marking stream ${stream} as STARTED`,
        `INFO Syncing stream: ${stream}`,
        `INFO Marking stream ${stream} as RUNNING`,
        `INFO Read 3 records from ${stream} stream`,
        `INFO Marking stream ${stream} as STOPPED`,
        `INFO Finished syncing ${stream}`,
      ]);
    expect(run.logs()).toContainEqual(
      expect.stringMatching(/^ERROR Exception while syncing stream broken: /),
    );
  });
});

describe('states sent', () => {
  test('at least one a stream, also of a stream without a row [STO-01, SS-01]', async () => {
    const run = await readScenarios(['empty', 'nothing']);
    expect([run.states('empty').length, run.states('nothing').length]).toEqual([1, 1]);
    expect([run.lastState('empty'), run.lastState('nothing')]).toEqual([{ id: 0 }, noCursor]);
    expect(run.statuses('empty')).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
  });

  test('the next sync resumes where this one ended [STO-05]', async () => {
    const first = await runConnector(['read'], {
      executable: toy,
      files: { config: toyConfig, catalog: catalogOf('days', 'weekdays') },
    });
    const second = await runConnector(['read'], {
      executable: toy,
      files: { config: toyConfig, catalog: catalogOf('days', 'weekdays'), state: stateFile(first) },
    });
    expect([first.records('days').length, first.records('weekdays').length]).toEqual([30, 7]);
    expect([second.records('days').length, second.records('weekdays').length]).toEqual([0, 7]);
    expect(second.lastState('days')).toEqual(first.lastState('days'));
  });

  test('numbers keep their digits, in records and states [OUT-06]', async () => {
    const { stdout } = await readScenarios(['numbers']);
    expect(stdout).toContain('"data":{"big":9007199254740993,"money":10.0}');
    expect(stdout).toContain('"stream_state":{"big":9007199254740993}');
  });
});

describe('the channel [RUN-04, NEW-01]', () => {
  test('refuses sockets, since nobody would read stdout [NEW-01]', async () => {
    const run = await readScenarios(['fine'], { env: { DATA_CHANNEL_MEDIUM: 'SOCKET' } });
    expect(run.errors()).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('sockets') },
    ]);
    expect(run.records()).toEqual([]);
    expect(run.exitCode).toBe(1);
  });

  test("the platform's environment changes nothing else [RUN-04]", async () => {
    const env = {
      DATA_CHANNEL_MEDIUM: 'STDIO',
      DATA_CHANNEL_FORMAT: 'JSONL',
      DATA_CHANNEL_SOCKET_PATHS: '',
      DEPLOYMENT_MODE: 'CLOUD',
      USE_STREAM_CAPABLE_STATE: 'true',
      WORKER_JOB_ID: '1',
      LOG_LEVEL: 'INFO',
    };
    expect((await readScenarios(['fine'], { env })).exitCode).toBe(0);
  });
});
