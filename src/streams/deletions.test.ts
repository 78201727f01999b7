import fc from 'fast-check';
import { dice, runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog as log } from '../airbyte/testing/index.ts';
import { ConnectorError, integer, type JsonObject, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import { responseOf } from '../recharge/response.fixture.ts';
import type { ApiResponse } from '../recharge/response.ts';
import type { ApiRequest, RequestContext, RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { clientOf } from '../sync/incremental.fixture.ts';
import { Table } from '../sync/table.fixture.ts';
import { IncrementalStream } from '../sync/incremental-stream.ts';
import { parseUtc, toNewYorkText, toText } from '../sync/instant.ts';
import type { SyncContext } from '../sync/recharge-stream.ts';
import { lag, start } from '../sync/story.fixture.ts';
import { Deletions } from './deletions.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

class Subscriptions extends IncrementalStream {
  override readonly name = 'subscriptions';
  override readonly scopes = [];
  override readonly schema = schema({ id: primaryKey(integer), at: integer, updated_at: timestamp });

  override get key(): string {
    return 'things';
  }

  override readonly pageSize = 3;
}

/** A store whose rows change and are deleted while it is read, and a destination with deduplication. */
class World {
  readonly table = new Table(start + 40_000);
  readonly #random: (below: number) => number;
  readonly #events: { at: number; visibleAt: number; id: number }[] = [];
  /** The newest row of each id, by its time and then by its coming. */
  readonly #newest = new Map<number, JsonObject>();
  #state: JsonObject | undefined;

  constructor(seed: number) {
    this.#random = dice(seed);
  }

  get #there(): number[] {
    return this.table.ids.filter((id) => !this.#events.some((event) => event.id === id));
  }

  /** What is there, and what the destination has. */
  get both(): [number[], number[]] {
    const held = [...this.#newest].filter(([, row]) => row['_ab_cdc_deleted_at'] === undefined);
    return [this.#there, held.map(([id]) => id)].map((ids) => ids.toSorted((a, b) => a - b)) as [
      number[],
      number[],
    ];
  }

  /** Ends by itself, with a fault, or with a kill after so many batches. */
  async sync(hostile: boolean, killAfter: number): Promise<void> {
    vi.setSystemTime(this.table.now * 1000);
    const window = { start: start * 1000, end: undefined, lookback: 0, settling: lag * 1000 };
    const context: SyncContext = { client: this.#client(hostile), window };
    const stream = new Subscriptions({ ...context, deletions: new Deletions(context) });
    const state = this.#state;
    const request = {
      syncMode: 'incremental' as const,
      log,
      onRateLimited: () => {},
      onKeylessRow: () => {},
    };
    const member = stream.open({ ...request, ...(state && { state }) });
    let batches = 0;
    try {
      for await (const batch of stream.read([member], { log, signal: new AbortController().signal })) {
        for (const { data } of batch.rows) this.#take(data);
        this.#state = batch.state ?? this.#state;
        if (++batches >= killAfter) return;
      }
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.type !== 'transient_error') throw error;
    }
  }

  #take(row: JsonObject): void {
    const known = this.#newest.get(Number(row['id']));
    if (known === undefined || timeOf(row) >= timeOf(known)) this.#newest.set(Number(row['id']), row);
  }

  #client(hostile: boolean): RechargeClient {
    const random = this.#random;
    const tick = async () => {
      vi.setSystemTime(this.table.now * 1000);
      for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
      if (!hostile) return;
      this.table.now += random(600);
      for (let changes = random(3); changes > 0; changes--) this.#change();
    };
    const fault = () => (['retried', 'given up'] as const)[hostile ? random(16) : 2] ?? 'none';
    const client = clientOf(this.table, 1 + random(6), tick, () => false, fault);
    const get = async (
      ask: () => ApiRequest,
      asker: RequestContext,
      onTimeout: () => void,
    ): Promise<ApiResponse> => {
      const { path, query } = ask();
      const answer = await client.get(ask, asker, onTimeout);
      if (path !== '/events') return answer;
      return responseOf(
        this.#eventsFrom(String(query?.['created_at_min']), answer.requestedAt / 1000),
        answer.requestedAt,
      );
    };
    return { ...client, get } as unknown as RechargeClient;
  }

  /** One of its rows is written, or deleted; each is shown late, as the event is. */
  #change(): void {
    const there = this.#there;
    const id = there[this.#random(Math.max(1, there.length))];
    if (id === undefined) return;
    const { now } = this.table;
    const gone = this.#random(3) === 0;
    this.table.write(id, now, this.#random(lag), gone);
    if (gone) this.#events.push({ id, at: now, visibleAt: now + this.#random(lag) });
  }

  #eventsFrom(min: string, now: number): ApiResponse['body'] {
    const from = (parseUtc(min) ?? Number.NaN) / 1000;
    const events = this.#events.filter(({ at, visibleAt }) => at >= from && visibleAt <= now);
    return {
      next_cursor: null,
      events: events.map(({ at, id }) => ({
        id: 1_000 + id,
        verb: 'deleted',
        object_type: 'subscription',
        object_id: id,
        created_at: toNewYorkText(at * 1000),
      })),
    };
  }
}

function timeOf({ updated_at }: JsonObject): number {
  return (typeof updated_at === 'string' ? parseUtc(updated_at) : undefined) ?? Number.NaN;
}

it('what is deleted is gone from the destination, and nothing else, whatever is shown late, killed or fails', async () => {
  const scenario = fc.record({
    rows: fc.array(fc.record({ at: fc.nat(40_000), hiddenFor: fc.nat(lag) }), { maxLength: 30 }),
    kills: fc.array(fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 10 })), {
      maxLength: 8,
    }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ rows, kills, seed }) => {
      const world = new World(seed);
      rows.forEach(({ at, hiddenFor }, id) => world.table.write(id, start + at, hiddenFor));
      for (const killAfter of kills) await world.sync(true, killAfter);
      world.table.now += lag + 1;
      await world.sync(false, Number.POSITIVE_INFINITY);
      const [there, held] = world.both;
      expect(held).toEqual(there);
    }),
    { numRuns: runs(100) },
  );
}, 120_000);

/** Reads of one stream after another in one sync, whose events are what `events` answers; what is logged as WARN. */
function syncOf(events: Asked) {
  const world = new Table(start);
  world.write(1, start, 0);
  const none = async () => {};
  const client = clientOf(
    world,
    5,
    none,
    () => false,
    () => 'none',
  );
  const get = async (
    ask: () => ApiRequest,
    asker: RequestContext,
    onTimeout: () => void,
  ): Promise<ApiResponse> =>
    ask().path === '/events'
      ? responseOf(events(ask().query), Date.now())
      : client.get(ask, asker, onTimeout);
  const context: SyncContext = {
    client: { ...client, get } as unknown as RechargeClient,
    window: { start: start * 1000, end: undefined, lookback: 0, settling: 0 },
  };
  const deletions = new Deletions(context);
  const warned: string[] = [];
  const own = { ...log, warn: (line: string) => warned.push(line) };
  const read = async (state?: JsonObject) => {
    const stream = new Subscriptions({ ...context, deletions });
    const request = {
      syncMode: 'incremental' as const,
      log: own,
      onRateLimited: () => {},
      onKeylessRow: () => {},
    };
    const member = stream.open({ ...request, ...(state && { state }) });
    await Array.fromAsync(stream.read([member], { log: own, signal: new AbortController().signal }));
  };
  return { read, warned };
}
type Asked = (query: ApiRequest['query']) => ApiResponse['body'];

it('events that could not be had fail who asked, and are asked for anew by the next', async () => {
  let asked = 0;
  const { read } = syncOf(() => {
    if (asked++ === 0) throw new RechargeError('unavailable', '/events', 'down', 503);
    return { next_cursor: null, events: [] };
  });
  await expect(read()).rejects.toMatchObject({ type: 'transient_error' });
  await read();
  expect(asked).toBe(2);
});

it('a refused filter of the events is said once a sync, though streams that want more ask again', async () => {
  let refused = 0;
  const { read, warned } = syncOf((query) => {
    if (query?.['created_at_min'] === undefined) return { next_cursor: null, events: [] };
    refused += 1;
    throw new RechargeError('rejected', '/events', 'no such filter', 422);
  });
  await read({ updated_at: toText(Date.now()), deleted_at: toText(Date.now() - 3_600_000) });
  await read();
  expect(refused).toBe(2);
  expect(warned).toEqual([expect.stringMatching('does not take created_at_min for /events')]);
});
