import { vi } from 'vitest';
import { silent as log } from '../airbyte/silent.fixture.ts';
import { answerOf } from '../recharge/answer.fixture.ts';
import type { ApiAnswer } from '../recharge/answer.ts';
import {
  type ApiRequest,
  type Asker,
  newAsker,
  type Query,
  type RechargeClient,
} from '../recharge/client.ts';
import { Limiter } from '../recharge/limiter.ts';
import { priorityOf } from '../recharge/priority.ts';
import { dice, Things } from './incremental.fixture.ts';
import { boundInstant, type Instant, toText } from './instant.ts';

export const pageSize = 250;
const second = 1_000;
const day = 86_400 * second;
const now = Date.parse('2026-03-10T12:00:00Z');
/** The first row there may be: three years ago. */
const start = now - 1_095 * day;

export interface Tier {
  /** As a token has it. */
  readonly name: string;
  readonly leakPerSecond: number;
  readonly size: number;
}

export interface Throughput {
  readonly seconds: number;
  readonly requests: number;
  /** 429s. */
  readonly refused: number;
}

/** The first day and the last, and the part of all rows that lies evenly between them. */
export type Stretch = readonly [from: number, to: number, part: number];

/** Rows in such stretches, in rising order. */
export function rowsIn(pages: number, stretches: readonly Stretch[]): Instant[] {
  return stretches.flatMap(([from, to, part]) => {
    const rows = Math.round(part * pages * pageSize);
    const at = (index: number) => Math.floor(((from + ((to - from) * index) / rows) * day) / second) * second;
    return Array.from({ length: rows }, (_, index) => start + at(index));
  });
}

/**
 * A first sync of one large stream beside three of a page or two, in virtual time: limiter, splitter and chains are the
 * connector's own, the API is a leaky bucket that counts on request (recharge-api §2.1). @throws where rows are missing
 */
export async function firstSync(
  tier: Tier,
  rows: readonly Instant[],
  latencyMs: number,
  seed: number,
): Promise<Throughput> {
  vi.useFakeTimers({ now });
  try {
    const api = new VirtualApi(tier, rows, latencyMs, seed);
    const begun = performance.now();
    const reading = Promise.all([readAll(api.client), ...[1, 1, 2].map((pages) => api.readBeside(pages))]);
    const ended = reading.then(() => true);
    const step = async () => {
      await vi.advanceTimersToNextTimerAsync();
      return false;
    };
    while (!(await Promise.race([ended, step()])));
    const [read] = await reading;
    if (read !== rows.length) throw new Error(`${read} of ${rows.length} rows`);
    return { seconds: (performance.now() - begun) / 1_000, requests: api.requests, refused: api.refused };
  } finally {
    vi.useRealTimers();
  }
}

async function readAll(client: RechargeClient): Promise<number> {
  const stream = new Things({ client, window: { start, lookback: 0, settling: 1_800_000 } }, pageSize);
  const member = stream.open({ syncMode: 'incremental', log, onRateLimited: () => {} });
  let read = 0;
  for await (const { rows } of stream.read([member], { log, signal: new AbortController().signal }))
    read += Array.from(rows).length;
  return read;
}

class VirtualApi {
  requests = 0;
  refused = 0;
  readonly client: RechargeClient;
  readonly #tier: Tier;
  readonly #rows: readonly Instant[];
  readonly #latencyMs: number;
  readonly #limiter: Limiter;
  readonly #random: (below: number) => number;
  /** Every other seed has pages that all take as long, so that answers come in waves. */
  readonly #varies: boolean;
  #level = 0;
  #levelAt = performance.now();

  constructor(tier: Tier, rows: readonly Instant[], latencyMs: number, seed: number) {
    this.#tier = tier;
    this.#rows = rows;
    this.#latencyMs = latencyMs;
    this.#limiter = new Limiter(`sk_test_${tier.name}_a7`);
    this.#random = dice(seed);
    this.#varies = seed % 2 === 1;
    const client = {
      get: (ask: () => ApiRequest, asker: Asker) => this.#get(ask, asker),
      pagesWaiting: 0,
      spare: (left: number) => this.#limiter.spare(left, client.pagesWaiting),
    };
    this.client = client as unknown as RechargeClient;
  }

  /** Another stream, of so many pages without rows. */
  async readBeside(pages: number): Promise<void> {
    const asker = newAsker(new AbortController().signal);
    const query = { updated_at_min: toText(now + day) };
    for (let page = 0; page < pages; page++)
      await this.#get(() => ({ path: '/beside', version: '2021-11', query }), asker);
  }

  async #get(ask: () => ApiRequest, asker: Asker): Promise<ApiAnswer> {
    asker.asking += 1;
    const { query = {}, left } = ask();
    const answer = await this.#limiter.run(priorityOf(asker.asking, left), asker.signal, async (sent) => {
      const askedAt = Date.now();
      const tookMs = this.#latencyMs * (this.#varies ? 0.8 + this.#random(401) / 1_000 : 1);
      const used = await this.#arrive(Math.min(tookMs / 2, 50));
      const body = this.#page(query);
      await sleep(askedAt + tookMs - Date.now());
      this.#limiter.answered(sent, `${used}/${this.#tier.size}`);
      return answerOf(body, askedAt);
    });
    asker.asking -= 1;
    return answer;
  }

  /** The bucket's level when a request has come in. One that the API would refuse is counted, and answered all the same. */
  async #arrive(afterMs: number): Promise<number> {
    this.requests += 1;
    await sleep(afterMs);
    const at = performance.now();
    this.#level = Math.max(0, this.#level - ((at - this.#levelAt) / second) * this.#tier.leakPerSecond);
    this.#levelAt = at;
    if (this.#level + 1 > this.#tier.size) this.refused += 1;
    else this.#level += 1;
    return Math.ceil(this.#level);
  }

  #page(query: Query): object {
    const { cursor, updated_at_min: min, updated_at_max: max } = query;
    const [first = 0, last = 0] =
      cursor === undefined
        ? [
            this.#indexOf(instantOf(min)),
            max === undefined ? this.#rows.length : this.#indexOf(instantOf(max) + 1),
          ]
        : String(cursor).split(' ').map(Number);
    const end = Math.min(first + pageSize, last);
    const things = this.#rows.slice(first, end);
    return {
      next_cursor: end < last ? `${end} ${last}` : null,
      things: things.map((at, index) => ({ id: first + index, updated_at: toText(at) })),
    };
  }

  /** Of the first row that is not before. */
  #indexOf(instant: Instant): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#rows[middle] ?? 0) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function instantOf(bound: string | number | undefined): Instant {
  return boundInstant(String(bound)) ?? Number.NaN;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
