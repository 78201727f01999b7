import {
  type Batch,
  describeStream,
  type JsonObject,
  type Log,
  type ObjectSchema,
  type ReadContext,
  type Reader,
  type ReadRequest,
  type Stream,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import type { RechargeClient, RequestContext } from '../recharge/client.ts';
import { PageSize } from '../recharge/page-size.ts';
import { type Get, largestPage, type Listing } from '../recharge/pages.ts';
import type { ApiVersion, Query } from '../recharge/request.ts';
import type { Scopes } from '../recharge/scopes.ts';
import type { Window } from './cursor.ts';
import type { ListingRequest } from './listing-reader.ts';
import { type RecordExtractor, StreamRun } from './stream-run.ts';
import { withDeletedAt } from './tombstones.ts';
import { toUserError } from './user-error.ts';

/** A stream as discover tells of it, and what it takes of the records that its reader gets from the API. */
export interface RecordStream extends Stream<StreamRun>, RecordExtractor {
  /** What a token needs for it; empty where nobody knows. */
  readonly scopes: Scopes;
  /** Not every Recharge plan has it. */
  readonly mayNeedPlan: boolean;
  readonly primaryKey: readonly string[];
}

/** Where the deletions of other streams' records are told. */
export interface DeletionSource {
  readonly supports: (stream: string) => boolean;
  /** The run of a stream's tombstones, if it has any. @throws ConnectorError where its state holds no time (STI-03) */
  readonly open: (stream: RecordExtractor, request: ReadRequest) => StreamRun | undefined;
  /** The batches of a listing, and after them the tombstones of the run that wants them. */
  readonly appendTombstones: (
    listing: AsyncIterable<Batch>,
    request: ListingRequest,
    log: Log,
  ) => AsyncIterable<Batch>;
}

/** What every stream of one sync works with. */
export interface SyncContext {
  readonly client: RechargeClient;
  readonly window: Window;
  /** Where streams are to have tombstones. */
  readonly deletions?: DeletionSource;
}

/** A stream over one endpoint, which also reads what lies within its records. A subclass states the endpoint's facts. */
export abstract class RechargeStream implements RecordStream, Reader<StreamRun> {
  abstract readonly name: string;
  abstract readonly schema: ObjectSchema;
  abstract readonly scopes: Scopes;
  readonly mayNeedPlan: boolean = false;
  readonly primaryKey: readonly string[] = ['id'];
  readonly cursorField: string | undefined = undefined;
  /** What to do where the API refuses the stream, if there is more to say than that it does. */
  readonly adviceWhenRefused: string | undefined = undefined;
  readonly version: ApiVersion = '2021-11';
  /** What the API calls what it lists, if not by the stream's name. */
  readonly resource: string | undefined = undefined;
  /** What the first page is asked with, beside bounds and order. */
  readonly query: Query = {};
  /** Rows a page. */
  readonly pageSize: number = largestPage;
  readonly reader: Reader<StreamRun> = this;
  protected readonly context: SyncContext;

  constructor(context: SyncContext) {
    this.context = context;
  }

  extractRecords(record: ApiObject): readonly JsonObject[] {
    return [record as JsonObject];
  }

  open(request: ReadRequest): StreamRun {
    return new StreamRun(this, request, this.context.deletions?.open(this, request));
  }

  describe() {
    const hasTombstones = this.context.deletions?.supports(this.name) === true;
    const { name, primaryKey, cursorField } = this;
    const schema = hasTombstones ? withDeletedAt(this.schema) : this.schema;
    return describeStream({ name, schema, primaryKey, cursorField });
  }

  /** The batches of these runs. @throws RechargeError */
  protected abstract batches(request: ListingRequest): AsyncIterable<Batch>;

  async *read(opened: readonly StreamRun[], { log, signal, metrics }: ReadContext): AsyncGenerator<Batch> {
    const stop = new AbortController();
    const context: RequestContext = {
      signal: AbortSignal.any([signal, stop.signal]),
      inFlight: 0,
      metrics,
      onRateLimited: (until) => opened.forEach(({ request }) => request.onRateLimited(until)),
    };
    const { client, window, deletions } = this.context;
    const { scopes } = this;
    const get: Get = async (request, onTimeout) => {
      const answer = await client.get(() => ({ scopes, ...request() }), context, onTimeout);
      metrics.add('pages');
      return answer;
    };
    try {
      // Its own rows are the listing's records, coerced in place: the others must have taken theirs before.
      const isOwn = ({ name }: StreamRun) => Number(name === this.name);
      const runs = opened.toSorted((a, b) => isOwn(a) - isOwn(b));
      const endpoint: Listing = {
        ...this.endpoint(),
        get,
        warn: (sentence) => runs.at(-1)?.warn(sentence),
        onKeylessRow: (place) => runs.forEach(({ request }) => request.onKeylessRow(place)),
      };
      const request = { runs, endpoint, limiter: client.limiter, window };
      const batches = this.batches(request);
      yield* deletions?.appendTombstones(batches, request, log) ?? batches;
    } catch (error) {
      throw toUserError(error, this);
    } finally {
      stop.abort();
    }
  }

  /** One cheap request that shows whether the stream can be read. @throws RechargeError */
  async probe(client: RechargeClient, signal: AbortSignal): Promise<void> {
    const { path, key, version, query } = this.endpoint();
    const request = { path, key, version, scopes: this.scopes, query: { ...query(), limit: 1 } };
    await client.get(request, { signal, inFlight: 0 });
  }

  /** Its endpoint, with a page size that adapts to what the API can make in time. */
  endpoint(): Omit<Listing, 'get'> {
    const { name, resource: key = name, version, query, pageSize } = this;
    return { path: `/${key}`, key, version, query: () => query, size: new PageSize(pageSize) };
  }
}
