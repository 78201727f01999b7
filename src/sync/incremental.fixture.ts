import { integer, primaryKey, schema, timestamp } from '../airbyte/schema.ts';
import { answerOf } from '../recharge/answer.fixture.ts';
import type { ApiAnswer } from '../recharge/answer.ts';
import type { ApiRequest, Asker, RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { CompleteListingStream } from './complete-listing.ts';
import { Coverage } from './coverage.ts';
import { savedBeyond } from './cursor.ts';
import { IncrementalStream } from './incremental.ts';
import { boundInstant, type Instant, toText } from './instant.ts';
import { savedCursor } from './saved-cursor.ts';
import type { SyncContext } from './stream.ts';

/** A table that the API lists by keyset, whose writes become visible late, in virtual seconds. */
export class Table {
  readonly #versions = new Map<number, { updatedAt: number; visibleAt: number; gone: boolean }[]>();
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  write(id: number, updatedAt: number, hiddenFor: number, gone = false): void {
    const versions = this.#versions.get(id) ?? [];
    const visibleAt = Math.max(updatedAt + hiddenFor, versions.at(-1)?.visibleAt ?? 0);
    this.#versions.set(id, [...versions, { updatedAt, visibleAt, gone }]);
  }

  /** A row is written, made or deleted now, which comes to light within `lag` seconds. */
  change(random: (below: number) => number, now: number, lag: number): void {
    const ids = [...this.newest().keys()];
    const id = random(4) === 0 ? this.ids.length : ids[random(Math.max(1, ids.length))];
    this.write(id ?? this.ids.length, now, random(lag), id !== undefined && random(6) === 0);
  }

  get ids(): number[] {
    return [...this.#versions.keys()];
  }

  /** The newest version of each row that is not deleted, hidden or not: its updated_at in seconds. */
  newest(): ReadonlyMap<number, number> {
    return new Map(
      [...this.#versions].flatMap(([id, versions]) => {
        const { updatedAt = 0, gone = false } = versions.at(-1) ?? {};
        return gone ? [] : [[id, updatedAt] as const];
      }),
    );
  }

  /**
   * One page as recharge-api §4 and §10.12 have it: keyset on (updated_at, id), or on the id alone where nobody asks for
   * an order, over what is visible now.
   */
  page(query: Readonly<Record<string, string | number>>): object {
    const asked = typeof query['cursor'] === 'string' ? JSON.parse(query['cursor']) : query;
    const after: [number, number] = asked.after ?? [Number.NEGATIVE_INFINITY, 0];
    const keyOf = (at: number) => (asked.sort_by === undefined ? 0 : at);
    const [min, max] = [
      asked.updated_at_min === undefined ? -Infinity : seconds(asked.updated_at_min),
      asked.updated_at_max === undefined ? Infinity : seconds(asked.updated_at_max),
    ];
    const rows = [...this.#versions]
      .flatMap(([id, versions]) => {
        const version = versions.findLast(({ visibleAt }) => visibleAt <= this.now);
        return version === undefined || version.gone ? [] : [{ id, at: version.updatedAt }];
      })
      .filter(({ at }) => at >= min && at <= max)
      .filter(({ at, id }) => keyOf(at) > after[0] || (keyOf(at) === after[0] && id > after[1]))
      .toSorted((a, b) => keyOf(a.at) - keyOf(b.at) || a.id - b.id);
    const page = rows.slice(0, Number(query['limit']));
    const last = page.at(-1);
    const more = last !== undefined && rows.length > page.length;
    return {
      next_cursor: more ? JSON.stringify({ ...asked, after: [keyOf(last.at), last.id] }) : null,
      things: page.map(({ id, at }) => ({ id, updated_at: toText(at * 1000) })),
    };
  }
}

function seconds(text: unknown): number {
  return (boundInstant(String(text)) ?? Number.NaN) / 1000;
}

export class Things extends IncrementalStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = schema({ id: primaryKey(integer), updated_at: timestamp });
  readonly #pageSize: number;

  constructor(context: SyncContext, pageSize: number) {
    super(context);
    this.#pageSize = pageSize;
  }

  protected override get pageSize(): number {
    return this.#pageSize;
  }
}

/** The same rows in a listing that the API neither filters nor sorts. */
export class Heap extends CompleteListingStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = schema({ id: primaryKey(integer), updated_at: timestamp });
  readonly #pageSize: number;

  constructor(context: SyncContext, pageSize: number) {
    super(context);
    this.#pageSize = pageSize;
  }

  protected override get pageSize(): number {
    return this.#pageSize;
  }
}

/**
 * A client that answers from a table, `most` requests at once; `tick` runs before each answer and may write, a request
 * is lightened as often as `isHeavy`, and may come to nothing, to be asked again or given up.
 */
export function clientOf(
  table: Table,
  most: number,
  tick: () => Promise<void>,
  isHeavy: () => boolean,
  fault: () => 'none' | 'retried' | 'given up' = () => 'none',
): RechargeClient {
  let underWay = 0;
  const get = async (ask: () => ApiRequest, asker: Asker, onHeavy: () => void): Promise<ApiAnswer> => {
    while (isHeavy()) {
      ask();
      onHeavy();
    }
    asker.signal.throwIfAborted();
    const { path, query = {} } = ask();
    const askedAt = table.now * 1000;
    underWay++;
    await tick();
    underWay--;
    const outcome = fault();
    if (outcome === 'retried') return get(ask, asker, onHeavy);
    if (outcome === 'given up') throw new RechargeError('unavailable', path, 'it did not answer');
    return answerOf(table.page(query), askedAt);
  };
  return { get, spare: () => Math.max(0, most - underWay) } as unknown as RechargeClient;
}

/** Whether a state says that all of an instant's rows were written. */
export function covers(state: object, instant: Instant): boolean {
  const coverage = new Coverage(
    savedCursor('things', state as never, 'updated_at') ?? 0,
    savedBeyond(state as never),
  );
  return instant < coverage.cursor || coverage.beyond.some(({ from, to }) => from <= instant && instant < to);
}

/** Whole numbers from 0 to below `below`, the same for the same seed (mulberry32). */
export function dice(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
