import { integer, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import { responseOf } from '../recharge/response.fixture.ts';
import type { ApiResponse } from '../recharge/response.ts';
import type { ApiRequest, RequestContext, RechargeClient } from '../recharge/client.ts';
import { RechargeError } from '../recharge/errors.ts';
import { clientFiltered } from './unsorted.ts';
import { byNumber } from './pagination.ts';
import type { ListingReader } from './listing-reader.ts';
import { Coverage } from './coverage.ts';
import { savedCompletedRanges } from './cursor.ts';
import { serverFiltered } from './server-filtered.ts';
import { IncrementalStream } from './incremental-stream.ts';
import { type Instant, parseStoreTimeAscending } from './instant.ts';
import { savedCursor } from './saved-cursor.ts';
import type { RechargeStream, SyncContext } from './recharge-stream.ts';
import { type Answers, byCursor, type Table } from './table.fixture.ts';
import { byTime } from './by-time.ts';
import { sorted } from './sorted.ts';

const rowsOfThings = schema({ id: primaryKey(integer), at: integer, updated_at: timestamp });

/** Opens a stream whose pages have so many rows. */
export type StreamOfPages = (context: SyncContext, pageSize: number) => RechargeStream;

function withPageSize(Stream: new (context: SyncContext) => RechargeStream): StreamOfPages {
  return (context, pageSize) => Object.defineProperty(new Stream(context), 'pageSize', { value: pageSize });
}

/** In a listing that the API filters and sorts. */
class SortedThings extends IncrementalStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
}
export const sortedThings = withPageSize(SortedThings);

/** The same rows in a listing that the API neither filters nor sorts. */
class UnsortedThings extends IncrementalStream {
  override readonly listing: ListingReader = clientFiltered();
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
}
export const unsortedThings = withPageSize(UnsortedThings);

/** In a listing that the API filters, but does not sort. */
class FilteredThings extends IncrementalStream {
  override readonly listing = serverFiltered();
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
}
export const filteredThings = withPageSize(FilteredThings);

/** In one whose pages have numbers, or links. */
class NumberedThings extends UnsortedThings {
  override readonly version = '2021-01';
  override readonly listing = clientFiltered(byNumber);
}
export const numberedThings = withPageSize(NumberedThings);

/** In one of those that is filtered and sorted. */
class TimePagedThings extends IncrementalStream {
  override readonly version = '2021-01';
  override readonly listing = sorted(byTime, parseStoreTimeAscending);
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = rowsOfThings;
}
export const timePagedThings = withPageSize(TimePagedThings);

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
    onTimeout: () => void,
  ): Promise<ApiResponse> => {
    while (isHeavy()) {
      ask();
      onTimeout();
    }
    asker.signal.throwIfAborted();
    const { path, query = {} } = ask();
    const requestedAt = table.now * 1000;
    underWay++;
    await tick();
    underWay--;
    const outcome = fault();
    if (outcome === 'retried') return get(ask, asker, onTimeout);
    if (outcome === 'given up') throw new RechargeError('unavailable', path, 'it did not answer');
    const { body, link } = answers(table, query);
    return responseOf(body, requestedAt, link);
  };
  return {
    get,
    availableConcurrency: (_pagesRemaining: number, upcoming: number) =>
      Math.max(0, most - underWay - upcoming),
    buffer: () => () => {},
  } as unknown as RechargeClient;
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
