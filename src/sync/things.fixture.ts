import { integer, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import type { RechargeClient, RequestContext } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { ApiRequest, ApiVersion } from '../recharge/request.ts';
import { responseOf } from '../recharge/response.fixture.ts';
import type { ApiResponse } from '../recharge/response.ts';
import { byTime } from './by-time.ts';
import { Coverage, holds } from './coverage.ts';
import { savedCompletedRanges } from './cursor.ts';
import { IncrementalStream } from './incremental-stream.ts';
import { type Instant, parseStoreTimeAscending } from './instant.ts';
import type { ListingReader } from './listing-reader.ts';
import type { RechargeStream, SyncContext } from './recharge-stream.ts';
import { savedCursor } from './saved-cursor.ts';
import { serverFiltered } from './server-filtered.ts';
import { sorted } from './sorted.ts';
import { type Answers, byCursor, type Table } from './table.fixture.ts';
import { clientFiltered } from './unsorted.ts';

/** Opens a stream whose pages have so many rows. */
export type StreamOfPages = (context: SyncContext, pageSize: number) => RechargeStream;

/** The rows of a table of the fixture, in a listing that is read so. */
export function things(
  listing: ListingReader,
  version: ApiVersion = '2021-11',
  name = 'things',
): StreamOfPages {
  return (context, pageSize) => {
    class Things extends IncrementalStream {
      override readonly name = name;
      override readonly resource = 'things';
      override readonly scopes = [];
      override readonly schema = schema({ id: primaryKey(integer), at: integer, updated_at: timestamp });
      override readonly version = version;
      override readonly listing = listing;
      override readonly pageSize = pageSize;
    }
    return new Things(context);
  };
}
export const sortedThings = things(sorted());
export const unsortedThings = things(clientFiltered());
export const filteredThings = things(serverFiltered());
/** In pages that have numbers, or links. */
export const numberedThings = things(clientFiltered(), '2021-01');
export const timePagedThings = things(sorted(byTime, parseStoreTimeAscending), '2021-01');

/** How a client meets its API; each has a default. */
export interface ClientOptions {
  /** The most requests at once. */
  readonly most?: number;
  /** Runs before each answer, and may write. */
  readonly tick?: () => Promise<void>;
  /** A request is asked with less as long as it is. */
  readonly isHeavy?: () => boolean;
  readonly fault?: () => 'none' | 'retried' | 'given up';
  readonly answers?: Answers;
}

/** A client whose API answers from a table. */
export function clientOf(
  table: Table,
  {
    most = 1,
    tick = async () => {},
    isHeavy = () => false,
    fault = () => 'none',
    answers = byCursor,
  }: ClientOptions = {},
): RechargeClient {
  let underWay = 0;
  const get = async (
    ask: () => ApiRequest,
    context: RequestContext,
    onTimeout: () => void = () => {},
  ): Promise<ApiResponse> => {
    while (isHeavy()) {
      ask();
      onTimeout();
    }
    context.signal.throwIfAborted();
    const { path, query = {} } = ask();
    const requestedAt = table.now * 1000;
    underWay++;
    await tick();
    underWay--;
    const outcome = fault();
    if (outcome === 'retried') return get(ask, context, onTimeout);
    if (outcome === 'given up') throw new RechargeError('unavailable', path, 'it did not answer');
    const { body, link } = answers(table, query, path);
    return responseOf(body, requestedAt, link);
  };
  return {
    get,
    limiter: {
      availableConcurrency: (_pagesRemaining: number, upcoming: number) =>
        Math.max(0, most - underWay - upcoming),
      buffer: () => () => {},
    },
  } as unknown as RechargeClient;
}

/** Tells whether a state says that all of an instant's rows were written. */
export function coverageOf(state: object): (instant: Instant) => boolean {
  const saved = savedCursor('things', state as never, 'updated_at') ?? 0;
  const { cursor, completedRanges } = new Coverage(saved, savedCompletedRanges(state as never));
  return (instant) => instant < cursor || holds(completedRanges, instant);
}
