import type { Batch, JsonObject, Log, ReadRequest } from '../airbyte/index.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get, Page } from '../recharge/pages.ts';
import { toUserError } from '../sync/user-error.ts';
import type { Instant } from '../sync/instant.ts';
import { StreamRun } from '../sync/stream-run.ts';
import type { RechargeStream } from '../sync/recharge-stream.ts';
import { type Deletions as Telling, Tombstones } from '../sync/tombstones.ts';
import { DeletedRecords } from './deleted-records.ts';

/**
 * What events call the records of each stream that vanish from its listing when they are deleted. Those of plans and
 * payment_methods stay, with `deleted_at`, and those of onetimes as cancelled; nobody knows what the id in an event of a
 * product is. An event does not say whose a metafield was (docs/decisions/0005).
 */
const objectTypes: Readonly<Record<string, string>> = {
  addresses: 'address',
  bundle_selections: 'bundle_selection',
  charges: 'charge',
  collections: 'collection',
  customers: 'customer',
  discounts: 'discount',
  metafields: 'metafield',
  metafields_address: 'metafield',
  metafields_charge: 'metafield',
  metafields_customer: 'metafield',
  metafields_order: 'metafield',
  metafields_store: 'metafield',
  metafields_subscription: 'metafield',
  orders: 'order',
  subscriptions: 'subscription',
};
const knownTypes = new Set<unknown>(Object.values(objectTypes));

/** The deletions of all streams of one sync: one listing of events for them all. */
export class Deletions extends DeletedRecords implements Telling {
  override readonly name = 'deletions';
  override readonly adviceWhenRefused = 'To sync without deletions, set capture_deletes to false.';
  #reading: { readonly from: Instant; readonly pages: Promise<Page[]> } | undefined;
  #forbidden = false;

  supports(stream: string): boolean {
    return Object.hasOwn(objectTypes, stream);
  }

  // A full refresh has what is there, and nothing of what is not.
  openFor(stream: RechargeStream, { state, ...request }: ReadRequest): StreamRun | undefined {
    const type = objectTypes[stream.name];
    if (type === undefined || request.syncMode !== 'incremental') return undefined;
    const saved = state?.[this.cursorField];
    const own = saved === undefined ? request : { ...request, state: { [this.cursorField]: saved } };
    return new StreamRun(new Tombstones(stream, type, this), own);
  }

  /** Its cursor stands beside the one that the listing saves. */
  async *behind(
    listing: AsyncIterable<Batch>,
    members: readonly StreamRun[],
    get: Get,
    log: Log,
  ): AsyncGenerator<Batch> {
    const deletions = members.find((member) => member.deletions !== undefined)?.deletions;
    if (deletions === undefined) {
      yield* listing;
      return;
    }
    const last = new Map<string, JsonObject>();
    for await (const batch of listing) {
      const { stream, state } = batch;
      if (state !== undefined) last.set(stream, state);
      yield stream === deletions.name && state !== undefined
        ? { ...batch, state: { ...state, ...deletions.state } }
        : batch;
    }
    // What the listing fed beside has no tombstones, and does not fail with them.
    for (const [stream, state] of last)
      if (stream !== deletions.name) yield { stream, rows: [], state, complete: true };
    const own = last.get(deletions.name);
    try {
      for await (const batch of this.batches([deletions], get))
        yield batch.state === undefined ? batch : { ...batch, state: { ...own, ...batch.state } };
    } catch (error) {
      if (!isForbidden(error)) throw toUserError(error, this);
      if (!this.#forbidden)
        log.warn(
          'capture_deletes: the API token may not read events (403), so deletions are not captured. Give it the scope read_events in Recharge under Tools & apps, API tokens, or set capture_deletes to false.',
        );
      this.#forbidden = true;
    }
  }

  /** Asked for once, unless a stream wants more than the one before it. */
  protected override async *pages(
    get: Get,
    from: Instant,
    warn: (what: string) => void,
  ): AsyncGenerator<Page> {
    if (this.#reading === undefined || from < this.#reading.from)
      this.#reading = { from, pages: Array.fromAsync(super.pages(get, from, warn), needed) };
    const reading = this.#reading;
    try {
      yield* await reading.pages;
    } catch (error) {
      // What failed for the moment is asked for anew by the next stream that comes to it.
      if (this.#reading === reading && !isForbidden(error)) this.#reading = undefined;
      throw error;
    }
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof RechargeError && error.kind === 'forbidden';
}

/** What of a page is kept for the streams to come. */
function needed({ rows, askedAt, limit }: Page): Page {
  const deletions = [...rows].filter(
    ({ verb, object_type }) => verb === 'deleted' && knownTypes.has(object_type),
  );
  return {
    rows: deletions.map(({ object_type, object_id, created_at }) => ({ object_type, object_id, created_at })),
    askedAt,
    limit,
  };
}
