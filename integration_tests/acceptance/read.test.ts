import { beforeAll, describe, expect, test } from 'vitest';
import { configure, type Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { keyOf } from './files.ts';
import { acceptanceStore } from './store.ts';

/** What the Connector Acceptance Tests asked of a read (T36 to T48), of every stream in the catalog. */
const store = await acceptanceStore();
const run = await store.read();

const keys = (from: Run, stream: (typeof store.streams)[number]) =>
  from.records(stream.name).map((record) => keyOf(stream, record));

test('every stream has a record, and the run is a success [CAT-01, T36, T39]', () => {
  const without = store.streams.map(({ name }) => name).filter((name) => run.records(name).length === 0);
  expect(without, 'the sandbox has no list for these (sandbox/README.md)').toEqual([]);
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
});

test('every record has its whole primary key, of scalars, and no other has it [MSG-04, T40]', () => {
  for (const stream of store.streams) {
    const all = keys(run, stream);
    expect([stream.name, all.filter((key) => /null|undefined|[{]/.test(key))]).toEqual([stream.name, []]);
    expect([stream.name, new Set(all).size]).toEqual([stream.name, all.length]);
  }
});

test('at least three statuses: STARTED, RUNNING, COMPLETE [SS-01, T43]', () => {
  for (const { name } of store.streams) {
    const [first, ...rest] = run.statuses(name);
    expect([name, first, rest.at(-1), new Set(rest.slice(0, -1))]).toEqual([
      name,
      'STARTED',
      'COMPLETE',
      new Set(['RUNNING']),
    ]);
  }
});

test('at least one STATE a stream, of its own, and small [STO-01, STO-08, T44]', () => {
  for (const { name } of store.streams) {
    const states = run.states(name);
    expect([name, states.length > 0]).toEqual([name, true]);
    for (const { stream } of states)
      expect([name, JSON.stringify(stream.stream_state).length < 10_000]).toEqual([name, true]);
  }
});

test('statuses are all that is traced; no ESTIMATE, for Recharge tells no total [MSG-09, MSG-10, NEW-03]', () => {
  const traces = run.of('TRACE').map(({ trace }) => trace.type);
  expect(new Set(traces)).toEqual(new Set(['STREAM_STATUS']));
});

/** What is said of each stream, in order: a status, or the kind of message. */
function* eventsOf(sync: Run): Generator<readonly [stream: string, event: string]> {
  for (const message of sync.messages) {
    if (message.type === 'RECORD') yield [message.record.stream, 'RECORD'];
    else if (message.type === 'STATE') yield [message.state.stream.stream_descriptor.name, 'STATE'];
    else if (message.type === 'TRACE' && message.trace.type === 'STREAM_STATUS') {
      const { stream_descriptor, status } = message.trace.stream_status;
      yield [stream_descriptor.name, status];
    }
  }
}

test('all streams are STARTED at once, and each is RUNNING with its first batch, not before [SS-06]', () => {
  const all = [...eventsOf(run)];
  const lastStart = all.findLastIndex(([, event]) => event === 'STARTED');
  const firstRow = all.findIndex(([, event]) => event === 'RECORD');
  expect(all.filter(([, event]) => event === 'STARTED')).toHaveLength(store.streams.length);
  expect(lastStart).toBeLessThan(firstRow);
  for (const { name } of store.streams) {
    const own = all.flatMap(([stream, event]) => (stream === name ? [event] : []));
    expect([name, ...own.slice(0, 3)]).toEqual([
      name,
      'STARTED',
      'RUNNING',
      expect.stringMatching(/^(RECORD|STATE)$/),
    ]);
  }
});

test('spec in 60 s, discover in 5 minutes, a read of every stream in 10 [CLI-13]', async () => {
  const spec = await runConnector(['spec']);
  const discovered = await runConnector(['discover'], { files: { config: store.config } });
  expect(spec.duration).toBeLessThan(60_000);
  expect(discovered.duration).toBeLessThan(300_000);
  expect(run.duration).toBeLessThan(600_000);
});

describe('two reads of everything, one after the other, without a state [T48]', () => {
  let reads: readonly [Run, Run];
  beforeAll(async () => {
    reads = [run, await store.read({ catalog: configure(store.streams, { syncMode: 'full_refresh' }) })];
  });
  const times = (of: Run) => of.of('RECORD').map(({ record }) => record.emitted_at);

  test('the second has every record of the first', () => {
    for (const stream of store.streams) {
      const missing = new Set(keys(reads[0], stream)).difference(new Set(keys(reads[1], stream)));
      expect([stream.name, [...missing]]).toEqual([stream.name, []]);
    }
  });

  test('each record carries the time at which it was sent [MSG-04]', () => {
    const latest = times(reads[0]).reduce((a, b) => Math.max(a, b));
    const earliest = times(reads[1]).reduce((a, b) => Math.min(a, b));
    expect(latest).toBeLessThan(earliest);
  });
});
