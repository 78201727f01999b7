import type { Batch, JsonObject, Log, ReadRequest } from '../airbyte/index.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Listing, Page } from '../recharge/pages.ts';
import type { Instant } from '../sync/instant.ts';
import type { ListingRequest } from '../sync/listing-reader.ts';
import type { DeletionSource, SyncContext } from '../sync/recharge-stream.ts';
import { filteredBy } from '../sync/server-filtered.ts';
import { type RecordExtractor, StreamRun, type WarningLog } from '../sync/stream-run.ts';
import { tombstones } from '../sync/tombstones.ts';
import { unsorted } from '../sync/unsorted.ts';
import { toUserError } from '../sync/user-error.ts';
import { DeletedRecords } from './deleted-records.ts';
import { deletionsOf, objectTypes } from './deletion-events.ts';
import { eventsListing } from './events-listing.ts';

/** Where the cursor of the events stands in a stream's state, beside the stream's own. */
const cursorField = 'deleted_at';

const eventsSince = filteredBy('created_at');

/** The deletions of all streams of one sync: one listing of events for them all. */
export class Deletions implements DeletionSource {
  /** As a refusal of the events names it. */
  readonly name = 'deletions';
  readonly scopes: DeletedRecords['scopes'];
  readonly adviceWhenRefused = 'To sync without deletions, set capture_deletes to false.';
  readonly #endpoint: ReturnType<DeletedRecords['endpoint']>;
  readonly #listing = unsorted((endpoint, from) => this.#events(endpoint, from), eventsListing('deletions'));
  readonly #warned = new Set<string>();
  #reading: { readonly from: Instant; readonly pages: Promise<Page[]> } | undefined;
  #forbidden = false;

  constructor(context: SyncContext) {
    const records = new DeletedRecords(context);
    this.scopes = records.scopes;
    this.#endpoint = records.endpoint();
  }

  supports(stream: string): boolean {
    return Object.hasOwn(objectTypes, stream);
  }

  // A full refresh has what is there, and nothing of what is not.
  open(stream: RecordExtractor, { state, ...request }: ReadRequest): StreamRun | undefined {
    const type = objectTypes[stream.name];
    if (type === undefined || request.syncMode !== 'incremental') return undefined;
    const saved = state?.[cursorField];
    const own = saved === undefined ? request : { ...request, state: { [cursorField]: saved } };
    return new StreamRun(tombstones(stream, type, cursorField), own);
  }

  /** Its cursor stands beside the one that the listing saves. */
  async *appendTombstones(
    listing: AsyncIterable<Batch>,
    request: ListingRequest,
    log: Log,
  ): AsyncGenerator<Batch> {
    const deletions = request.runs.find((run) => run.deletions !== undefined)?.deletions;
    if (deletions === undefined) {
      yield* listing;
      return;
    }
    const last = new Map<string, JsonObject>();
    for await (const batch of listing) {
      const { stream, state } = batch;
      if (state !== undefined) last.set(stream, state);
      yield stream === deletions.name && state !== undefined
        ? { ...batch, state: { ...state, ...deletions.request.state } }
        : batch;
    }
    // What the listing fed beside has no tombstones, and does not fail with them.
    for (const [stream, state] of last)
      if (stream !== deletions.name) yield { stream, rows: [], state, complete: true };
    const own = last.get(deletions.name);
    try {
      for await (const batch of this.#tombstones(deletions, request))
        yield batch.state === undefined ? batch : { ...batch, state: { ...own, ...batch.state } };
    } catch (error) {
      if (!isForbidden(error)) throw toUserError(error, this);
      const cure =
        error.lacking?.length === 0
          ? 'It has the scope for it: ask Recharge'
          : 'Give it the scope read_events in Recharge under Tools & apps, API tokens';
      if (!this.#forbidden)
        log.warn(
          `capture_deletes: the API token may not read events (403), so deletions are not captured. ${cure}, or set capture_deletes to false.`,
        );
      this.#forbidden = true;
    }
  }

  #tombstones(run: StreamRun, request: ListingRequest): AsyncIterable<Batch> {
    const endpoint: Listing = {
      ...this.#endpoint,
      get: (ask, onTimeout) => request.endpoint.get(() => ({ ...ask(), scopes: this.scopes }), onTimeout),
      warn: (what) => this.#warnOnce(run, what),
    };
    return this.#listing({ ...request, runs: [run], endpoint }, cursorField);
  }

  /** Asked for once, unless a stream wants more than the one before it. */
  async *#events(endpoint: Listing, from: Instant): AsyncGenerator<Page> {
    if (this.#reading === undefined || from < this.#reading.from) {
      this.#reading = { from, pages: Array.fromAsync(eventsSince(endpoint, from), deletionsOf) };
    }
    const reading = this.#reading;
    try {
      yield* await reading.pages;
    } catch (error) {
      // What failed for the moment is asked for anew by the next stream that comes to it.
      if (this.#reading === reading && !isForbidden(error)) this.#reading = undefined;
      throw error;
    }
  }

  #warnOnce(log: WarningLog, what: string): void {
    if (!this.#warned.has(what)) log.warn(what);
    this.#warned.add(what);
  }
}

function isForbidden(error: unknown): error is RechargeError {
  return error instanceof RechargeError && error.kind === 'forbidden';
}
