import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { ConnectorError, type JsonObject } from '../airbyte/index.ts';
import { silentLog as log } from '../airbyte/testing/index.ts';
import { dice } from '../random.fixture.ts';
import type { Window } from './cursor.ts';
import { parseUtc } from './instant.ts';
import { readContext, requestOf } from './read-stream.fixture.ts';
import type { RechargeStream } from './recharge-stream.ts';
import { StreamRun } from './stream-run.ts';
import { type Answers, lettingGo, Table, type Version } from './table.fixture.ts';
import { clientOf, coverageOf, type StreamOfPages } from './things.fixture.ts';

/** Seconds by which a write may come to light late. */
export const lag = 1_800;
/** Seconds since the epoch. The hour that New York's clocks show twice begins five hours later. */
export const start = Date.parse('2024-11-03T00:00:00Z') / 1000;
const never = Number.POSITIVE_INFINITY;

/** A listing: how it is read, and how the API answers. */
export interface Kind {
  readonly streamOf: StreamOfPages;
  readonly answers: Answers;
  /** Whether cursors die, and answers do not say that more follows, now and then. */
  readonly letsGo?: boolean;
  /** What a deletion does: leaves its row in the destination, which is the default; brings a tombstone; or may hide another row, so that there is none. */
  readonly deletion?: 'stays' | 'tombstone' | 'none';
}

interface SyncOptions {
  /** The listing's own stream, and streams of what lies within its records. */
  readonly of: readonly ('own' | 'first' | 'second')[];
  readonly window: Window;
  /** Whether there are faults, and rows are written meanwhile. */
  readonly hostile: boolean;
  /** So many batches. */
  readonly killAfter: number;
}

/** What a destination holds of a stream, and what was saved. */
class Progress {
  /** The newest of each row that arrived; of two of one time, the later. */
  readonly held = new Map<number, { readonly at: number; readonly gone: boolean }>();
  state: JsonObject | undefined;

  // By `at`: an hour of the autumn comes twice where times name no zone.
  hold(row: JsonObject): void {
    const [id, at] = [Number(row['id']), Number(row['at'] ?? timeOf(row['updated_at']) / 1000)];
    if (at >= (this.held.get(id)?.at ?? 0))
      this.held.set(id, { at, gone: row['_ab_cdc_deleted_at'] !== undefined });
  }

  /** @throws where a state covers a row that was not written or time that was not asked for, or less than the one before */
  save(state: JsonObject, table: Table, end: number): void {
    const before = this.state;
    const covers = coverageOf(state);
    for (const [id, at] of table.newest())
      if (covers(at * 1000) && (this.held.get(id)?.at ?? 0) < at)
        throw new Error(`row ${id} of ${at} is covered and not written`);
    if (covers(end + 1_000) && !(before !== undefined && coverageOf(before)(end + 1_000)))
      throw new Error('the state covers what is after end_date');
    if (before !== undefined && timeOf(state['updated_at']) < timeOf(before['updated_at']))
      throw new Error('the cursor moved back');
    this.state = state;
  }
}

/** A store whose rows change while they are read, a destination with deduplication, and any number of syncs. */
export class SyncSimulation {
  readonly table: Table;
  readonly progress = { own: new Progress(), first: new Progress(), second: new Progress() };
  readonly #random: (below: number) => number;
  readonly #kind: Kind;
  readonly #pageSize: number;

  constructor(kind: Kind, pageSize: number, seed: number) {
    this.table = new Table(start + 40_000, kind.deletion !== 'none');
    this.#kind = kind;
    this.#pageSize = pageSize;
    this.#random = dice(seed);
  }

  /** Ends with the listing, with a fault, or with a kill. Returns whether it was complete. */
  async sync({ of, window, hostile, killAfter }: SyncOptions): Promise<boolean> {
    const stop = new AbortController();
    const client = this.#client(hostile, stop.signal);
    const stream = this.#kind.streamOf({ client, window }, this.#pageSize);
    vi.setSystemTime(this.table.now * 1000);
    const runs = of.map((which) => {
      const request = requestOf({ state: this.progress[which].state });
      return which === 'own' ? stream.open(request) : beside(stream, which, request);
    });
    const standing = this.table.visible();
    const { end = never } = window;
    let batches = 0;
    try {
      for await (const batch of stream.read(runs, readContext(log))) {
        const progress = this.progress[batch.stream === stream.name ? 'own' : (batch.stream as 'first')];
        for (const { data } of batch.rows) progress.hold(data);
        if (batch.state !== undefined) progress.save(batch.state, this.table, end);
        if (++batches >= killAfter) return false;
      }
    } catch (error) {
      if (error instanceof ConnectorError && error.type === 'transient_error') return false;
      throw error;
    } finally {
      stop.abort();
    }
    for (const row of standing.filter((one) => this.#isDue(one, end)))
      for (const which of of)
        if (this.progress[which].held.get(row.id)?.at !== row.at)
          throw new Error(`row ${row.id} of ${row.at} is not in a complete sync of ${which}`);
    return true;
  }

  /** Whether a row that stood there when a sync began is to be in it: it is not after the end, and not written since. */
  #isDue({ id, at }: Version, end: number): boolean {
    return at * 1000 <= end && this.table.newest().get(id) === at;
  }

  /** Until `stopped`: what a killed sync has asked for no longer takes time that the next one counts on. */
  #client(hostile: boolean, stopped: AbortSignal) {
    const { table } = this;
    const random = this.#random;
    const { answers, letsGo = false } = this.#kind;
    // Some syncs meet hardly any fault, and come to their end.
    const faults = [16, 64, 1_000][random(3)] ?? 16;
    let [requests, writesLeft] = [0, 60];
    const tick = async () => {
      vi.setSystemTime(table.now * 1000);
      for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
      // Ten a version, and more where listings begin anew: twice what any takes, and fewer than one that goes round in a circle.
      if (++requests > (letsGo ? 50 : 10) * (table.versions + 10)) throw new Error('it goes on asking');
      if (!hostile || stopped.aborted) return;
      table.now += random(600);
      for (let writes = Math.min(random(3), writesLeft); writes > 0; writes--, writesLeft--)
        table.change(random, lag);
    };
    return clientOf(table, {
      most: 1 + random(6),
      tick,
      isHeavy: () => hostile && random(8) === 0,
      fault: () => (['retried', 'given up'] as const)[hostile ? random(faults) : 2] ?? 'none',
      answers: hostile && letsGo ? lettingGo(random, answers) : answers,
    });
  }
}

/** A run of a stream whose rows lie within the listing's: a copy of each. */
function beside(
  { schema, cursorField }: RechargeStream,
  name: string,
  request: ReturnType<typeof requestOf>,
) {
  const extractRecords = (record: object) => [{ ...record }];
  return new StreamRun({ name, schema, cursorField, extractRecords }, request);
}

function timeOf(value: unknown): number {
  return (typeof value === 'string' ? parseUtc(value) : undefined) ?? Number.NaN;
}

const everyStream = ['own', 'first', 'second'] as const;

const sync = fc.record({
  of: fc.oneof(fc.constant(['own' as const]), fc.subarray([...everyStream], { minLength: 1 })),
  lookback: fc.constantFrom(0, 0, 600, 100_000),
  end: fc.option(fc.nat(60_000)),
  settling: fc.constantFrom(lag, lag, 2 * lag, 20 * lag),
  killAfter: fc.oneof(fc.constant(never), fc.integer({ min: 1, max: 12 })),
});

/** More in a second than a page holds, and in the next one too. */
const dense = fc.integer({ min: 30_000, max: 30_002 });
/** About the hour that New York's clocks show twice. */
const twice = fc.integer({ min: 4 * 3_600, max: 8 * 3_600 });

const scenario = fc.record({
  rows: fc.array(fc.record({ at: fc.oneof(fc.nat(40_000), dense, twice), hiddenFor: fc.nat(lag) }), {
    maxLength: 60,
  }),
  ties: fc.constantFrom(1, 60, 3_600),
  pageSize: fc.integer({ min: 1, max: 5 }),
  syncs: fc.array(sync, { maxLength: 6 }),
  seed: fc.nat(),
});

/** What once lost a row: the second one's time was read as that of the hour that came again. */
const found = {
  rows: [18_000, 18_001, 18_001].map((at) => ({ at, hiddenFor: 0 })),
  ties: 1 as const,
  pageSize: 2,
  syncs: [],
  seed: 0,
};

/**
 * Tries so many times: syncs that are killed, meet faults, take other streams in or leave them out, and change their
 * settings; then one of all streams without any of it, after which each holds what is there. The time is to be faked.
 */
export async function losesNothing(kind: Kind, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(scenario, async ({ rows, ties, pageSize, syncs, seed }) => {
    const simulation = new SyncSimulation(kind, pageSize, seed);
    const { table, progress } = simulation;
    rows.forEach(({ at, hiddenFor }, id) => table.write(id, start + at - (at % ties), hiddenFor));
    for (const { of, killAfter, ...settings } of syncs) {
      const { lookback, end, settling } = settings;
      const window = { start: start * 1000, lookback: lookback * 1000, settling: settling * 1000 };
      const upTo = end !== null && { end: (start + end) * 1000 + 999 };
      await simulation.sync({ of, window: { ...window, ...upTo }, hostile: true, killAfter });
    }
    table.now += lag + 1;
    const window = { start: start * 1000, lookback: 0, settling: lag * 1000 };
    expect(await simulation.sync({ of: everyStream, window, hostile: false, killAfter: never })).toBe(true);
    const newest = table.newest();
    for (const which of everyStream) {
      const { held } = progress[which];
      expect([which, new Map([...newest.keys()].map((id) => [id, held.get(id)?.at]))]).toEqual([
        which,
        newest,
      ]);
    }
    if (kind.deletion !== 'tombstone') return;
    const there = [...progress.own.held].filter(([, { gone }]) => !gone).map(([id]) => id);
    expect(new Set(there)).toEqual(new Set(newest.keys()));
  });
  await fc.assert(property, { numRuns, examples: [[found]] });
}
