import { vi } from 'vitest';
import { RechargeClient } from '../recharge/client.ts';
import type { Transport, TransportResponse } from '../recharge/transport.ts';
import { parseUtc, type Instant, toText } from './instant.ts';
import { readAlone } from './read-stream.fixture.ts';
import { sortedThings } from './things.fixture.ts';

// The client's waits between attempts go by virtual time too.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}));

/** Small pages are as good as large ones here, and faster. */
export const pageSize = 20;
/** The most requests in flight: the connector's own limit. */
const cap = 128;
const second = 1_000;
const day = 86_400 * second;
const now = Date.parse('2026-03-10T12:00:00Z');
/** Days before now at which the first row may lie. */
const days = 1_095;
const start = now - days * day;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A store and its API. */
export interface World {
  readonly token: string;
  /** Rows of the large stream, in ascending order. */
  readonly rows: readonly Instant[];
  /** Streams of one page beside it. */
  readonly smallStreams: number;
  readonly leakPerSecond: number;
  readonly size: number;
  /** Seconds that a request takes. */
  readonly latency: number;
  /** By how much of it requests stray either way. */
  readonly jitter: number;
  readonly countsOn: 'arrival' | 'response';
  /** Calls a second that another program makes, so many seconds after the beginning. */
  readonly elsewhere?: (seconds: number) => number;
  readonly random: () => number;
}

export interface Sync {
  readonly seconds: number;
  readonly requests: number;
  /** 429s. */
  readonly refused: number;
  /** Calls of the other program that were counted. */
  readonly elsewhere: number;
}

/** The first and the last day, and the share of all rows that lies evenly between them. */
export type Stretch = readonly [from: number, to: number, share: number];

export function rowsIn(pages: number, stretches: readonly Stretch[]): Instant[] {
  const rows = stretches.flatMap(([from, to, share]) => {
    const count = Math.round(share * pages * pageSize);
    const at = (index: number) =>
      Math.floor(((from + ((to - from) * index) / count) * day) / second) * second;
    return Array.from({ length: count }, (_, index) => start + at(index));
  });
  return rows.toSorted((a, b) => a - b);
}

/** What the rate limit, the most requests in flight and the fullest second allow, in seconds. */
export function boundOf(world: World): { bound: number; requests: number } {
  const pages = Math.max(1, Math.ceil(world.rows.length / pageSize));
  const requests = pages + world.smallStreams;
  const bound =
    Math.max(
      0,
      (requests - world.size) / world.leakPerSecond,
      (world.latency * requests) / cap,
      (world.latency * fullestSecond(world.rows)) / pageSize,
    ) + world.latency;
  return { bound, requests };
}

function fullestSecond(rows: readonly Instant[]): number {
  let [most, first] = [0, 0];
  rows.forEach((at, index) => {
    if (at !== rows[first]) first = index;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** The most seconds and requests that a first sync may take. */
export function limitsOf(world: World): { seconds: number; requests: number } {
  const { bound, requests } = boundOf(world);
  const { latency, leakPerSecond } = world;
  return {
    seconds: 1.1 * bound + (4 + Math.log2(Math.min(requests, cap)) / 2) * latency,
    requests: 1.1 * requests + 16 + Math.min(cap, leakPerSecond * latency) / 2,
  };
}

/**
 * A first sync in virtual time: all but HTTP is the connector's own, the API is a leaky bucket in front of a table.
 * @throws where rows are missing
 */
export async function firstSync(world: World): Promise<Sync> {
  vi.useFakeTimers({ now });
  try {
    const api = new VirtualApi(world);
    const client = new RechargeClient({
      token: world.token,
      baseUrl: 'http://virtual',
      transport: api.transport,
    });
    const begun = performance.now();
    const small = Array.from({ length: world.smallStreams }, () => readSmall(client));
    const reading = Promise.all([readLarge(client), ...small]);
    const ended = reading.then(() => true);
    const step = async () => {
      await vi.advanceTimersToNextTimerAsync();
      return false;
    };
    while (!(await Promise.race([ended, step()])));
    const [read] = await reading;
    if (read !== world.rows.length) throw new Error(`${read} of ${world.rows.length} rows`);
    const seconds = (performance.now() - begun) / second;
    return { seconds, requests: api.requests, refused: api.refused, elsewhere: api.elsewhere };
  } finally {
    vi.useRealTimers();
  }
}

async function readLarge(client: RechargeClient): Promise<number> {
  const stream = sortedThings({ client, window: { start, lookback: 0, settling: 1_800_000 } }, pageSize);
  const { rows } = await readAlone(stream);
  return rows.length;
}

async function readSmall(client: RechargeClient): Promise<void> {
  // The first request goes alone: that of the large stream, which comes first in the catalog.
  await sleep(1);
  const context = { signal: new AbortController().signal, inFlight: 0 };
  await client.get({ path: '/small', key: 'small', version: '2021-11' }, context);
}

class VirtualApi {
  requests = 0;
  refused = 0;
  elsewhere = 0;
  readonly #world: World;
  readonly #begun = performance.now();
  #level = 0;
  #levelAt = performance.now();

  constructor(world: World) {
    this.#world = world;
    if (world.elsewhere !== undefined) this.#callElsewhere(world.elsewhere);
  }

  readonly transport: Transport = async (url) => {
    const { latency, jitter, random, countsOn } = this.#world;
    this.requests += 1;
    const tookMs = latency * second * (1 + jitter * (2 * random() - 1));
    const arrivalMs = Math.min(tookMs / 2, 50);
    await sleep(countsOn === 'arrival' ? arrivalMs : tookMs);
    const isCounted = this.#count();
    const used = Math.ceil(this.#level);
    const headers = { 'x-recharge-limit': `${used}/${this.#world.size}` };
    if (!isCounted) {
      this.refused += 1;
      return answer(429, { errors: 'too many requests' }, { ...headers, 'retry-after': '1' });
    }
    if (countsOn === 'arrival') await sleep(tookMs - arrivalMs);
    return answer(200, this.#bodyOf(url), headers);
  };

  #count(): boolean {
    const at = performance.now();
    const leaked = ((at - this.#levelAt) / second) * this.#world.leakPerSecond;
    this.#level = Math.max(0, this.#level - leaked);
    this.#levelAt = at;
    if (this.#level + 1 > this.#world.size) return false;
    this.#level += 1;
    return true;
  }

  #callElsewhere(rateAt: (seconds: number) => number): void {
    const rate = rateAt((performance.now() - this.#begun) / second);
    if (rate > 0 && this.#count()) this.elsewhere += 1;
    const waitMs = rate > 0 ? (second / rate) * (0.5 + this.#world.random()) : 200;
    setTimeout(() => this.#callElsewhere(rateAt), waitMs);
  }

  #bodyOf({ pathname, searchParams }: URL): object {
    if (pathname === '/small') return { small: [], next_cursor: null };
    const { rows } = this.#world;
    const cursor = searchParams.get('cursor');
    const max = searchParams.get('updated_at_max');
    const [first = 0, last = 0] =
      cursor === null
        ? [
            this.#indexOf(instantOf(searchParams.get('updated_at_min'))),
            max === null ? rows.length : this.#indexOf(instantOf(max) + 1),
          ]
        : cursor.split(' ').map(Number);
    const end = Math.min(first + Number(searchParams.get('limit')), last);
    const things = rows.slice(first, end).map((at, index) => ({ id: first + index, updated_at: toText(at) }));
    return { things, next_cursor: end < last ? `${end} ${last}` : null };
  }

  /** Of the first row that is not before. */
  #indexOf(instant: Instant): number {
    const { rows } = this.#world;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((rows[middle] ?? 0) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function answer(status: number, body: object, headers: TransportResponse['headers']): TransportResponse {
  return { status, body: new Uint8Array(Buffer.from(JSON.stringify(body))), headers };
}

function instantOf(bound: string | null): Instant {
  return parseUtc(bound ?? '') ?? Number.NaN;
}
