import { integer, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import { answerOf } from '../recharge/answer.fixture.ts';
import type { ApiAnswer } from '../recharge/answer.ts';
import type { ApiRequest, RequestContext, RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { clientFiltered } from './unsorted.ts';
import { byNumber } from './pagination.ts';
import type { ListingReader } from './listing-reader.ts';
import { Coverage } from './coverage.ts';
import { savedCompletedRanges } from './cursor.ts';
import { DoubtfulListingStream } from './doubtful-listing.ts';
import { serverFiltered } from './server-filtered.ts';
import { IncrementalStream } from './incremental-stream.ts';
import { type Instant, parseStoreTimeAscending } from './instant.ts';
import { savedCursor } from './saved-cursor.ts';
import type { SyncContext } from './recharge-stream.ts';
import { type Answers, byCursor, type Table } from './table.fixture.ts';
import { byTime } from './by-time.ts';
import { sorted } from './sorted.ts';

const rowsOfThings = schema({ id: primaryKey(integer), at: integer, updated_at: timestamp });

export class Things extends IncrementalStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
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
export class Heap extends IncrementalStream {
  override readonly listing: ListingReader = clientFiltered();
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
  readonly #pageSize: number;

  constructor(context: SyncContext, pageSize: number) {
    super(context);
    this.#pageSize = pageSize;
  }

  protected override get pageSize(): number {
    return this.#pageSize;
  }
}

/** In a listing that the API filters, but does not sort. */
export class Sieve extends IncrementalStream {
  override readonly listing = serverFiltered();
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
  readonly #pageSize: number;

  constructor(context: SyncContext, pageSize: number) {
    super(context);
    this.#pageSize = pageSize;
  }

  protected override get pageSize(): number {
    return this.#pageSize;
  }
}

/** In one that is perhaps filtered and sorted. */
export class Doubt extends DoubtfulListingStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
  readonly #pageSize: number;

  constructor(context: SyncContext, pageSize: number) {
    super(context);
    this.#pageSize = pageSize;
  }

  protected override get pageSize(): number {
    return this.#pageSize;
  }
}

/** In one whose pages have numbers, or links. */
export class Shelf extends Heap {
  override readonly version = '2021-01';
  override readonly listing = clientFiltered(byNumber);
}

/** In one of those that is filtered and sorted. */
export class OldThings extends IncrementalStream {
  override readonly version = '2021-01';
  override readonly listing = sorted(byTime, parseStoreTimeAscending);
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
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
  answers: Answers = byCursor,
): RechargeClient {
  let underWay = 0;
  const get = async (
    ask: () => ApiRequest,
    asker: RequestContext,
    onHeavy: () => void,
  ): Promise<ApiAnswer> => {
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
    const { body, link } = answers(table, query);
    return answerOf(body, askedAt, link);
  };
  return { get, spare: () => Math.max(0, most - underWay) } as unknown as RechargeClient;
}

/** Whether a state says that all of an instant's rows were written. */
export function covers(state: object, instant: Instant): boolean {
  const coverage = new Coverage(
    savedCursor('things', state as never, 'updated_at') ?? 0,
    savedCompletedRanges(state as never),
  );
  return (
    instant < coverage.cursor ||
    coverage.completedRanges.some(({ from, to }) => from <= instant && instant < to)
  );
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
