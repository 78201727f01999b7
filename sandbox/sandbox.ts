import { Api } from './api/api.ts';
import { ALL_SCOPES } from './api/endpoints.ts';
import { blueprints } from './data/blueprints.ts';
import { Cast } from './data/cast.ts';
import { Draws } from './data/random.ts';
import { dayText } from './data/times.ts';
import { World } from './data/world.ts';
import { Bucket, tierOf } from './http/bucket.ts';
import { type FaultMatch, FaultPlan, type MadeAnswer } from './http/faults.ts';
import { type PathCount, RequestLog, type RequestLogEntry } from './http/request-log.ts';
import { Page } from './http/page.ts';
import { pageSource } from './http/page-source.ts';
import { SandboxServer } from './http/server.ts';
import { isObject, type JsonObject } from './json.ts';
import { type FaultKind, type FaultRates, type SandboxOptions, switchesOf, type Version } from './options.ts';
import type { ResourceName } from './resources.ts';
import { sizesOf } from './sizes.ts';
import { StoreClock } from './store/clock.ts';
import { Mutations, type Patch } from './store/mutations.ts';
import { QueuedCharges } from './store/queued-charges.ts';
import { writeSomething } from './store/shop-day.ts';
import { Store } from './store/store.ts';

const DEFAULT_TOKEN = `sk_test_1x1_${'5a'.repeat(32)}`;

/** A running sandbox: its address, its rows, and the methods by which tests change it. */
export class Sandbox {
  readonly url: string;
  readonly token: string;
  /** The store's clock at the start. */
  readonly startedAt: Date;
  /** The UTC day (`YYYY-MM-DD`) before which the store has no row. */
  readonly firstDay: string;
  private readonly parts: Parts;

  private constructor(url: string, parts: Parts) {
    this.url = url;
    this.token = parts.token;
    this.startedAt = parts.startedAt;
    this.firstDay = parts.firstDay;
    this.parts = parts;
  }

  /**
   * Builds the store and starts the server. Rejects if the port is taken, throws RangeError on a bad option.
   */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    const parts = assemble(options);
    const url = await parts.server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    return new Sandbox(url, parts);
  }

  /** Every row of a resource in the shape of 2021-11, by id: hidden rows and lagging writes are included. */
  rows(resource: ResourceName): readonly JsonObject[] {
    const table = this.parts.store.truth(resource);
    return Array.from(table.all(), (slot) => JSON.parse(JSON.stringify(table.row(slot))) as JsonObject);
  }

  /**
   * All rows that a client would read now, without any fault, from a list such as `/orders?status=success`,
   * page after page. Throws Error if the API refuses.
   */
  served(path: string, version: Version = '2021-11'): readonly JsonObject[] {
    const url = new URL(path, 'http://sandbox');
    const segments = url.pathname.split('/').filter((segment) => segment !== '');
    const rows: JsonObject[] = [];
    let query = new URLSearchParams(url.searchParams);
    query.set('limit', '250');
    for (;;) {
      const answer = this.parts.api.respond({ method: 'GET', segments, query, version, origin: url.origin });
      if (answer.status !== 200)
        throw new Error(`${path} was refused: ${answer.status} ${answer.body.toString()}`);
      const body = JSON.parse(answer.body.toString()) as JsonObject;
      rows.push(...recordsIn(body));
      const link = /<([^>]+)>; rel="next"/.exec(answer.headers?.['Link'] ?? '')?.[1];
      const cursor = body['next_cursor'];
      if (link !== undefined) query = new URL(link).searchParams;
      else if (typeof cursor === 'string') query = new URLSearchParams({ limit: '250', cursor });
      else return rows;
    }
  }

  /**
   * Writes `patch` into a row and stamps `updated_at` (docs/recharge-api.md#updates). Throws RangeError if
   * there is no such row.
   */
  update(resource: ResourceName, id: number, patch: Patch = {}): JsonObject {
    return this.parts.mutations.update(resource, id, patch);
  }

  /** Creates a row like the seeded ones, with now as both of its times and the highest id. */
  create(resource: ResourceName, patch: Patch = {}): JsonObject {
    return this.parts.mutations.create(resource, patch);
  }

  /** Deletes a row for good (docs/recharge-api.md#deletions). Throws RangeError if there is no such row. */
  remove(resource: ResourceName, id: number): void {
    this.parts.mutations.remove(resource, id);
  }

  /**
   * Changes a subscription; its queued charge is marked, and replaced by another with a new id once the
   * rebuild is due (docs/recharge-api.md#queued-charges). Throws RangeError if there is no such subscription.
   */
  editSubscription(id: number, patch: Patch = {}): JsonObject {
    return this.parts.mutations.editSubscription(id, patch);
  }

  /** Makes this many writes of the kinds that a shop makes. The same seed gives the same writes. */
  writeSomething(times = 1): void {
    const { store, mutations, draws } = this.parts;
    for (let left = times; left > 0; left -= 1) writeSomething(store, mutations, draws);
  }

  /** Sets the store's clock. The bucket stays on real time. */
  setTime(date: Date): void {
    this.parts.store.clock.set(date);
  }

  /** Advances the store's clock. */
  advance(milliseconds: number): void {
    this.parts.store.clock.advance(milliseconds);
  }

  /** The last 10,000 requests, oldest first. */
  get requests(): readonly RequestLogEntry[] {
    return this.parts.log.entries;
  }

  /** Totals of all requests by path. */
  counts(): Readonly<Record<string, PathCount>> {
    return this.parts.log.counts();
  }

  /** The next `times` requests that match (a path, or a function) end in this fault. */
  failNext(kind: FaultKind, times = 1, match?: FaultMatch): void {
    this.parts.faults.plan(kind, times, match);
  }

  /**
   * The next `times` requests that match get this response: any status, headers such as `Location`, any text.
   */
  answerNext(answer: MadeAnswer, times = 1, match?: FaultMatch): void {
    this.parts.faults.plan(answer, times, match);
  }

  /** Sets the probability of each fault from now on. */
  setFaults(rates: Partial<FaultRates>): void {
    this.parts.faults.setRates(rates);
  }

  /** Sets how many milliseconds a response takes from now on. */
  setLatency(latency: NonNullable<SandboxOptions['latencyMs']>): void {
    this.parts.latency = latency;
  }

  /** Another program makes this many requests a second with the same token from now on; 0 stops it. */
  spendElsewhere(callsPerSecond: number): void {
    this.parts.bucket.spendElsewhere(callsPerSecond, performance.now());
  }

  /** Stops the server and closes open connections. */
  async close(): Promise<void> {
    await this.parts.server.close();
  }
}

/**
 * The records in a body: its list, the object in its envelope, or the body itself where it has no envelope.
 */
function recordsIn(body: JsonObject): readonly JsonObject[] {
  const values = Object.entries(body).flatMap(([key, value]) => (key.endsWith('_cursor') ? [] : [value]));
  const [only] = values;
  if (values.length > 1) return [body];
  if (Array.isArray(only)) return only as readonly JsonObject[];
  return [isObject(only) ? only : body];
}

interface Parts {
  readonly token: string;
  readonly startedAt: Date;
  readonly firstDay: string;
  readonly store: Store;
  readonly mutations: Mutations;
  readonly draws: Draws;
  readonly api: Api;
  readonly server: SandboxServer;
  readonly bucket: Bucket;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
  latency: NonNullable<SandboxOptions['latencyMs']>;
}

function assemble(options: SandboxOptions): Parts {
  const switches = switchesOf(options);
  const seed = options.seed ?? 1;
  const clock = new StoreClock(options.now, options.frozen ?? false);
  const startedAt = new Date(clock.now());
  const world = new World(seed, sizesOf(options.size), clock.seconds(), switches.naiveTimes);
  const cast = new Cast(world);
  const store = new Store(seed, blueprints(cast, switches), clock, options.replicaLagSeconds ?? 0);
  const queued = new QueuedCharges(store, cast);
  const scopes = new Set(options.scopes ?? ALL_SCOPES);
  const heavy = { windowRows: options.heavyWindowRows, pageRows: options.heavyPageRows };
  const api = new Api({
    cast,
    store,
    queued,
    switches,
    heavy,
    scopes,
    cacheBytes: (options.cacheMb ?? 64) * 1e6,
  });
  const token = options.token ?? DEFAULT_TOKEN;
  const tier = tierOf(token);
  const bucket = new Bucket(
    options.bucketSize ?? tier.size,
    options.leakPerSecond ?? tier.leak,
    performance.now(),
  );
  const parts: Omit<Parts, 'server'> = {
    token,
    startedAt,
    firstDay: dayText(world.timeline.start - 86_400),
    store,
    mutations: new Mutations(store, queued, switches),
    draws: new Draws(seed),
    api,
    bucket,
    log: new RequestLog(),
    faults: new FaultPlan(options.faults ?? {}, seed),
    latency: options.latencyMs ?? 0,
  };
  const server = new SandboxServer({
    ...parts,
    page: new Page(pageSource({ ...parts, host: options.host ?? '127.0.0.1' }), parts.faults),
    countOn: options.countOn ?? 'request',
    retryAfter: options.retryAfter ?? false,
    defaultVersion: switches.defaultVersion,
    latency: (request) => (typeof parts.latency === 'number' ? parts.latency : parts.latency(request)),
  });
  return Object.assign(parts, { server });
}
