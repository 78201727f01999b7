import fc from 'fast-check';
import { dice, runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog as log } from '../airbyte/testing/index.ts';
import {
  ConnectorError,
  describeStream,
  integer,
  type JsonObject,
  primaryKey,
  type ReadRequest,
  schema,
  type StreamDescription,
  timestamp,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { clientOf, covers, unsortedThings, filteredThings, sortedThings } from './incremental.fixture.ts';
import { Table } from './table.fixture.ts';
import { parseUtc } from './instant.ts';
import { StreamRun } from './stream-run.ts';
import type { RecordStream } from './record-stream.ts';
import { lag, start } from './story.fixture.ts';
import type { RechargeStream } from './recharge-stream.ts';

/** Streams of one listing, whose states differ: each is killed, left out and taken in again at any point. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

class Sibling implements RecordStream {
  readonly primaryKey = ['id'];
  readonly schema = schema({ id: primaryKey(integer), updated_at: timestamp });
  readonly cursorField = 'updated_at';
  readonly scopes = [];
  readonly name: string;
  readonly reader: RechargeStream;

  constructor(name: string, reader: RechargeStream) {
    this.name = name;
    this.reader = reader;
  }

  open(request: ReadRequest): StreamRun {
    return new StreamRun(this, request);
  }

  describe(): StreamDescription {
    return describeStream(this);
  }

  extractRecords(record: ApiObject): readonly JsonObject[] {
    return [{ ...(record as JsonObject) }];
  }
}

const names = ['things', 'first', 'second'] as const;

/** What one stream of the group has saved, and the newest updated_at of each row that arrived, in seconds. */
interface Progress {
  state: JsonObject | undefined;
  readonly held: Map<number, number>;
}

const scenario = fc.record({
  rows: fc.array(fc.record({ at: fc.nat(40_000), hiddenFor: fc.nat(lag) }), { maxLength: 60 }),
  ties: fc.constantFrom(1, 60, 3_600),
  pageSize: fc.integer({ min: 1, max: 5 }),
  syncs: fc.array(
    fc.record({
      of: fc.subarray([...names], { minLength: 1 }),
      killAfter: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 20 })),
    }),
    { maxLength: 6 },
  ),
  seed: fc.nat(),
});

it.each([
  ['sorted', sortedThings],
  ['in no order', unsortedThings],
  ['that is filtered, in no order', filteredThings],
])(
  'of a listing %s, no stream loses a row to the states of the others, to kills or to faults',
  async (_name, streamOf) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, ties, pageSize, syncs, seed }) => {
        const table = new Table(start + 40_000);
        const random = dice(seed);
        const group = new Map<string, Progress>(
          names.map((name) => [name, { state: undefined, held: new Map() }]),
        );
        rows.forEach(({ at, hiddenFor }, id) => table.write(id, start + at - (at % ties), hiddenFor));
        const tick = async (hostile: boolean) => {
          vi.setSystemTime(table.now * 1000);
          for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
          if (!hostile) return;
          table.now += random(600);
          for (let writes = random(3); writes > 0 && table.ids.length > 0; writes--)
            table.write(table.ids[random(table.ids.length)] ?? 0, table.now, random(lag));
        };
        const sync = async (of: readonly string[], hostile: boolean, killAfter: number) => {
          const fault = () => (['retried', 'given up'] as const)[hostile ? random(24) : 2] ?? 'none';
          const client = clientOf(
            table,
            1 + random(6),
            () => tick(hostile),
            () => false,
            fault,
          );
          const window = { start: start * 1000, lookback: 0, settling: lag * 1000 };
          vi.setSystemTime(table.now * 1000);
          const parent = streamOf({ client, window }, pageSize);
          const streams = of.map((name) => (name === 'things' ? parent : new Sibling(name, parent)));
          await readAll(parent, streams, group, table, killAfter);
        };
        for (const { of, killAfter } of syncs) await sync(of, true, killAfter);
        table.now += lag + 1;
        await sync(names, false, Number.POSITIVE_INFINITY);
        for (const [name, { held }] of group) expect([name, held]).toEqual([name, table.newest()]);
      }),
      { numRuns: runs(100) },
    );
  },
  120_000,
);

/** Reads the streams of one group until so many batches; every state is held against every row of its stream. */
async function readAll(
  parent: RechargeStream,
  streams: readonly RecordStream[],
  group: ReadonlyMap<string, Progress>,
  table: Table,
  killAfter: number,
): Promise<void> {
  const members = streams.map((stream) => {
    const state = group.get(stream.name)?.state;
    const request = {
      syncMode: 'incremental' as const,
      log,
      onRateLimited: () => {},
      onKeylessRow: () => {},
    };
    return stream.open({ ...request, ...(state && { state }) });
  });
  let batches = 0;
  try {
    for await (const batch of parent.read(members, { log, signal: new AbortController().signal })) {
      const progress = group.get(batch.stream) as Progress;
      for (const { data } of batch.rows) hold(progress.held, data);
      if (batch.state !== undefined) {
        progress.state = batch.state;
        for (const [id, at] of table.newest())
          if (covers(batch.state, at * 1000))
            expect([batch.stream, id, progress.held.get(id)]).toEqual([batch.stream, id, at]);
      }
      if (++batches >= killAfter) return;
    }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.type !== 'transient_error') throw error;
  }
}

function hold(held: Map<number, number>, { id, updated_at }: JsonObject): void {
  const at = (parseUtc(typeof updated_at === 'string' ? updated_at : '') ?? Number.NaN) / 1000;
  held.set(Number(id), Math.max(at, held.get(Number(id)) ?? 0));
}
