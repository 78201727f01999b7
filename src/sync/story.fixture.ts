import { dice } from '../random.fixture.ts';
import { vi } from 'vitest';
import { silentLog as log } from '../airbyte/testing/index.ts';
import { ConnectorError, type JsonObject } from '../airbyte/index.ts';
import type { Window } from './cursor.ts';
import { clientOf, covers, type StreamOfPages } from './incremental.fixture.ts';
import { parseUtc } from './instant.ts';
import { type Answers, Table, type Version } from './table.fixture.ts';

/** Seconds by which a write may come to light late. */
export const lag = 1_800;
/** Seconds since the epoch. The hour that New York's clocks show twice begins five hours later. */
export const start = Date.parse('2024-11-03T00:00:00Z') / 1000;

/** A listing: how it is read, and how the API answers. */
export interface Kind {
  readonly streamOf: StreamOfPages;
  readonly answers: Answers;
  /** False where a deletion may hide another row. */
  readonly deletes?: boolean;
}

/** One merchant's table and warehouse, through any number of syncs. */
export class Story {
  readonly table: Table;
  /** The newest updated_at of each row that arrived, in seconds. */
  readonly held = new Map<number, number>();
  state: JsonObject | undefined;
  readonly #random: (below: number) => number;
  readonly #kind: Kind;
  readonly #pageSize: number;

  constructor(kind: Kind, pageSize: number, seed: number) {
    this.table = new Table(start + 40_000, kind.deletes);
    this.#kind = kind;
    this.#pageSize = pageSize;
    this.#random = dice(seed);
  }

  /** Ends with the listing, with a fault, or with a kill after so many batches. Returns whether it was complete. */
  async sync(window: Window, hostile: boolean, killAfter: number): Promise<boolean> {
    const end = new AbortController();
    const client = this.#client(hostile, end.signal);
    const stream = this.#kind.streamOf({ client, window }, this.#pageSize);
    vi.setSystemTime(this.table.now * 1000);
    const member = stream.open({
      syncMode: 'incremental',
      log,
      onRateLimited: () => {},
      onKeylessRow: () => {},
      ...(this.state && { state: this.state }),
    });
    const standing = this.table.visible();
    let batches = 0;
    try {
      for await (const batch of stream.read([member], { log, signal: new AbortController().signal })) {
        for (const { data } of batch.rows) this.#hold(data);
        if (batch.state !== undefined) this.#save(batch.state, window);
        if (++batches >= killAfter) return false;
      }
    } catch (error) {
      if (error instanceof ConnectorError && error.type === 'transient_error') return false;
      throw error;
    } finally {
      end.abort();
    }
    const missed = standing.find((row) => isDue(row, window, this.table) && this.held.get(row.id) !== row.at);
    if (missed !== undefined) throw new Error(`row ${missed.id} of ${missed.at} is not in a complete sync`);
    return true;
  }

  // By `at`: an hour of the autumn comes twice where times name no zone.
  #hold({ id, at }: JsonObject): void {
    this.held.set(Number(id), Math.max(Number(at), this.held.get(Number(id)) ?? 0));
  }

  #save(state: JsonObject, { end = Number.POSITIVE_INFINITY }: Window): void {
    const problem = problemWith(state, this.state, end, this);
    if (problem !== undefined) throw new Error(problem);
    this.state = state;
  }

  /** Until `end`: what a killed sync has asked for no longer takes time that the next one counts on. */
  #client(hostile: boolean, end: AbortSignal) {
    const random = this.#random;
    // Some syncs meet hardly any fault, and come to their end.
    const faults = [16, 64, 1_000][random(3)] ?? 16;
    let [requests, writesLeft] = [0, 60];
    const tick = async () => {
      vi.setSystemTime(this.table.now * 1000);
      for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
      if (++requests > mostRequests(this.table)) throw new Error('it goes on asking');
      if (!hostile || end.aborted) return;
      this.table.now += random(600);
      for (let writes = Math.min(random(3), writesLeft); writes > 0; writes--, writesLeft--)
        this.table.change(random, this.table.now, lag);
    };
    const fault = () => (['retried', 'given up'] as const)[hostile ? random(faults) : 2] ?? 'none';
    const isHeavy = () => hostile && random(8) === 0;
    return clientOf(this.table, 1 + random(6), tick, isHeavy, fault, this.#kind.answers);
  }
}

/** Whether a row is to be in a sync at whose begin it stood there: it is not behind the end, and not written since. */
function isDue({ id, at }: Version, { end = Number.POSITIVE_INFINITY }: Window, table: Table): boolean {
  return at * 1000 <= end && table.newest().get(id) === at;
}

/** Ten a version: more than any listing takes by twice, and fewer than one that goes round in a circle. */
function mostRequests(table: Table): number {
  return 10 * (table.versions + 10);
}

/** What a state says that it must not: of rows that were not written, of time that was not asked for, or less than before. */
function problemWith(
  state: JsonObject,
  before: JsonObject | undefined,
  end: number,
  { table, held }: Story,
): string | undefined {
  const newlyCovers = (at: number) => covers(state, at) && !(before !== undefined && covers(before, at));
  const unwritten = [...table.newest()].find(
    ([id, at]) => covers(state, at * 1000) && (held.get(id) ?? 0) < at,
  );
  if (unwritten !== undefined) return `row ${unwritten.join(' of ')} is covered and not written`;
  if (newlyCovers(end + 1_000)) return 'it covers what lies behind end_date';
  if (before !== undefined && timeOf(state['updated_at']) < timeOf(before['updated_at']))
    return 'the cursor moved back';
  return undefined;
}

function timeOf(value: unknown): number {
  return (typeof value === 'string' ? parseUtc(value) : undefined) ?? Number.NaN;
}
