import { vi } from 'vitest';
import { silent as log } from '../airbyte/silent.fixture.ts';
import { Failure } from '../airbyte/failure.ts';
import type { JsonObject } from '../airbyte/json.ts';
import type { Window } from './cursor.ts';
import { clientOf, covers, dice, type Heap, Table, type Things } from './incremental.fixture.ts';
import { boundInstant } from './instant.ts';

/** Seconds by which a write may come to light late. */
export const lag = 1_800;
/** Seconds since the epoch. */
export const start = Date.parse('2024-01-01T00:00:00Z') / 1000;

/** One merchant's table and warehouse, through any number of syncs. */
export class Story {
  readonly table = new Table(start + 40_000);
  /** The newest updated_at of each row that arrived, in seconds. */
  readonly held = new Map<number, number>();
  state: JsonObject | undefined;
  readonly #random: (below: number) => number;
  readonly #Stream: typeof Things | typeof Heap;
  readonly #pageSize: number;

  constructor(Stream: typeof Things | typeof Heap, pageSize: number, seed: number) {
    this.#Stream = Stream;
    this.#pageSize = pageSize;
    this.#random = dice(seed);
  }

  /** Ends with the listing, with a fault, or with a kill after so many batches. Returns whether it was complete. */
  async sync(window: Window, hostile: boolean, killAfter: number): Promise<boolean> {
    const end = new AbortController();
    const client = this.#client(hostile, end.signal);
    const stream = new this.#Stream({ client, window }, this.#pageSize);
    vi.setSystemTime(this.table.now * 1000);
    const member = stream.open({
      syncMode: 'incremental',
      log,
      onRateLimited: () => {},
      ...(this.state && { state: this.state }),
    });
    let batches = 0;
    try {
      for await (const batch of stream.read([member], { log, signal: new AbortController().signal })) {
        for (const { data } of batch.rows) this.#hold(data);
        if (batch.state !== undefined) this.#save(batch.state, window);
        if (++batches >= killAfter) return false;
      }
    } catch (error) {
      if (error instanceof Failure && error.type === 'transient_error') return false;
      throw error;
    } finally {
      end.abort();
    }
    return true;
  }

  #hold({ id, updated_at }: JsonObject): void {
    const at = timeOf(updated_at) / 1000;
    this.held.set(Number(id), Math.max(at, this.held.get(Number(id)) ?? 0));
  }

  #save(state: JsonObject, { end = Number.POSITIVE_INFINITY }: Window): void {
    const problem = problemWith(state, this.state, end, this);
    if (problem !== undefined) throw new Error(problem);
    this.state = state;
  }

  /** Until `end`: what a killed sync has asked for no longer takes time that the next one counts on. */
  #client(hostile: boolean, end: AbortSignal) {
    const random = this.#random;
    const tick = async () => {
      vi.setSystemTime(this.table.now * 1000);
      for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
      if (!hostile || end.aborted) return;
      this.table.now += random(600);
      for (let writes = random(3); writes > 0; writes--) this.table.change(random, this.table.now, lag);
    };
    const fault = () => (['retried', 'given up'] as const)[hostile ? random(16) : 2] ?? 'none';
    return clientOf(this.table, 1 + random(6), tick, () => hostile && random(8) === 0, fault);
  }
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
  return (typeof value === 'string' ? boundInstant(value) : undefined) ?? Number.NaN;
}
