import type { Batch, JsonObject, Log, Reader, ReadRequest, StreamDescription } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/answer.ts';
import { type ApiVersion, newRequestContext, type Query, type RechargeClient } from '../recharge/client.ts';
import { PageSize } from '../recharge/page-size.ts';
import { type Get, largestPage, type Listing } from '../recharge/pages.ts';
import type { Window } from './cursor.ts';
import { toUserError } from './user-error.ts';
import { toText } from './instant.ts';
import { StreamRun } from './stream-run.ts';
import { RecordStream } from './record-stream.ts';
import { type Deletions, withDeletedAt } from './tombstones.ts';

/** What every stream of one sync works with. */
export interface SyncContext {
  readonly client: RechargeClient;
  readonly window: Window;
  /** Where streams are to have tombstones. */
  readonly deletions?: Deletions;
}

/**
 * A stream over one endpoint of the Recharge API, which also reads the streams of what lies within its records. A
 * subclass states the endpoint's facts; how it is read is the matter of the bases: IncrementalStream,
 * CompleteListingStream, FilteredListingStream, FullRefreshStream, SingletonStream, PerParentStream.
 */
export abstract class RechargeStream extends RecordStream implements Reader<StreamRun> {
  /** What to do where the API refuses the stream, if there is more to say than that it does. */
  readonly adviceWhenRefused: string | undefined = undefined;
  readonly version: ApiVersion = '2021-11';
  /** What the API calls what it lists, if not by the stream's name. */
  readonly resource: string | undefined = undefined;
  protected readonly context: SyncContext;
  /** What the API can make in time, as far as it has shown. */
  #size: PageSize | undefined;

  constructor(context: SyncContext) {
    super();
    this.context = context;
  }

  override get reader(): Reader<StreamRun> {
    return this;
  }

  override extractRecords(record: ApiObject): readonly JsonObject[] {
    return [record as JsonObject];
  }

  override open(request: ReadRequest): StreamRun {
    return new StreamRun(this, request, this.context.deletions?.openFor(this, request));
  }

  override describe(): StreamDescription {
    const description = super.describe();
    if (!this.context.deletions?.supports(this.name)) return description;
    return { ...description, json_schema: withDeletedAt(this.schema).jsonSchema() };
  }

  /** What `read` yields for these members, asked of the API by `get`. @throws RechargeError */
  protected abstract batches(members: readonly StreamRun[], get: Get): AsyncIterable<Batch>;

  async *read(
    opened: readonly StreamRun[],
    { log, signal }: { log: Log; signal: AbortSignal },
  ): AsyncGenerator<Batch> {
    const stop = new AbortController();
    const context = newRequestContext(AbortSignal.any([signal, stop.signal]), (until) =>
      opened.forEach((member) => member.rateLimited(until)),
    );
    let pages = 0;
    const get: Get = async (ask, onTimeout) => {
      const answer = await this.context.client.get(ask, context, onTimeout);
      pages += 1;
      return answer;
    };
    try {
      const members = this.orderParentLast(opened);
      const listing = this.batches(members, get);
      yield* this.context.deletions?.behind(listing, members, get, log) ?? listing;
    } catch (error) {
      throw toUserError(error, this);
    } finally {
      stop.abort();
      opened.forEach((member) => member.summarizeUnexpected());
      const queued = (context.queuedMs / 1000).toFixed(1);
      log.info(
        `${this.name}: ${counted(pages, 'page')}, ${counted(context.requests, 'request')}, ${queued} s of waiting`,
      );
    }
  }

  /** Its own rows are the listing's records, fitted in place: the others must have taken theirs before. */
  private orderParentLast(members: readonly StreamRun[]): readonly StreamRun[] {
    return members.toSorted((a, b) => Number(a.name === this.name) - Number(b.name === this.name));
  }

  /** One cheap request that shows whether the stream can be read. @throws RechargeError */
  async probe(signal: AbortSignal): Promise<void> {
    const { path, key, version } = this;
    await this.context.client.get(
      { path, key, version, query: { ...this.query, limit: 1 } },
      newRequestContext(signal),
    );
  }

  /** Rows a page. */
  protected get pageSize(): number {
    return largestPage;
  }

  /** Its listing, as far as its own facts go. */
  protected get listing(): Listing {
    const { path, key, version, query, pageSize } = this;
    this.#size ??= new PageSize(pageSize);
    return { path, key, version, query: () => query, size: this.#size };
  }

  /** What the first page is asked with, beside what its base adds. */
  protected get query(): Query {
    return {};
  }

  /** The path of its endpoint. */
  get path(): string {
    return `/${this.key}`;
  }

  /** The key its rows stand under in an answer. */
  get key(): string {
    return this.resource ?? this.name;
  }

  /** A saved cursor later than any this sync could save stays as it is (STI-05). */
  protected warnOfLateCursor(member: StreamRun): void {
    const { saved } = member;
    if (saved === undefined || saved <= Date.now() - this.context.window.settling) return;
    member.warn(
      `the saved cursor ${toText(saved)} is later than this sync could save; it stays as it is. If it is in the future, what is updated until then is not synced: reset the stream to read it again.`,
    );
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
