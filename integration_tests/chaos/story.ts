import type { ChildProcess } from 'node:child_process';
import { peakMemory } from '../../bench/connector.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { StateMessage } from '../../src/airbyte/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { configFor, quickToken, sync } from '../streams/connection.ts';
import { changedAt, differencesOf, keyOf, load, rowsOf, type StreamName } from '../streams/expectations.ts';
import type { ApiRow } from '../streams/front.ts';
import { impatient } from '../streams/impatience.ts';
import type { FaultName, Roll } from './faults.ts';
import { addFigures, type Figures, figuresAround, figuresOf, noFigures } from './figures.ts';
import { SpoilingFront } from './spoiling-front.ts';
import type { StartSurroundings, Surroundings } from './surroundings.ts';

/** One of each kind: sorted, filtered, in no order, for each parent, by links, without a cursor, within another's rows. */
const sorted = ['charges', 'customers', 'orders', 'subscriptions'] as const;
const streams: readonly StreamName[] = [
  ...sorted,
  'charge_line_items',
  'collection_products',
  'collections',
  'credit_accounts',
  'metafields',
  'products',
  'store',
  'webhooks',
];
/** Of most of them more than a page. */
const size = {
  orders: 1_000,
  charges: 600,
  customers: 260,
  subscriptions: 400,
  collections: 120,
  credit_accounts: 600,
  webhooks: 300,
};
const store = {
  token: quickToken,
  size,
  bucketSize: 100_000,
  leakPerSecond: 100_000,
  chargeWindowDays: null,
};
/** Answers of a hundred that go wrong. */
const rates: readonly number[] = [10, 25, 40, 60];
/** Of what takes time, or a sync would be minutes of waiting; and of what only few answers can meet. */
const ratesAlone: Readonly<Record<string, readonly number[]>> = {
  'dead cursor': [40, 50, 60, 70],
  silence: [5, 10, 15, 20],
  stall: [5, 10, 15, 20],
};
/** Syncs with faults; if the store is not read to its end by then, the next one has none. */
const mostSyncs = 8;
/** A sync that has not ended by then hangs: its waits are shortened to seconds in all. */
const boundMs = 180_000;
const mostMegabytes = 400;

/** What a story is about. */
export interface Scene {
  readonly name: string;
  readonly kinds: readonly FaultName[];
  /** What goes wrong beside the answers. */
  readonly around?: StartSurroundings;
}

export interface Told {
  readonly scene: string;
  readonly figures: ReadonlyMap<string, Figures>;
  readonly syncs: number;
  readonly kills: number;
  readonly lost: number;
  /** Of the longest sync. */
  readonly worstMs: number;
  readonly peakMb: number;
  /** What did not hold. */
  readonly problems: readonly string[];
}

/**
 * Syncs one store again and again, each sync met by faults and every other one killed, until one is complete; each goes
 * on from the last states of those before. A destination may drop rows that no state covers, so these do not count. Rows
 * change meanwhile. At the end a sync without faults brings what is left, and what was written must be all there is.
 */
export async function tell(scene: Scene, seed: number): Promise<Told> {
  const roll = dice(seed);
  const sandbox = await startSandbox({ ...store, seed });
  const front = await SpoilingFront.start(sandbox, roll);
  const around = await scene.around?.(front, roll);
  try {
    return await new Story({ scene, sandbox, front, around, roll }).tell();
  } finally {
    await around?.close();
    await front.close();
    await sandbox.close();
  }
}

interface Parts {
  readonly scene: Scene;
  readonly sandbox: Sandbox;
  readonly front: SpoilingFront;
  readonly around: Surroundings | undefined;
  readonly roll: Roll;
}

class Story {
  readonly #scene: Scene;
  readonly #sandbox: Sandbox;
  readonly #front: SpoilingFront;
  readonly #around: Surroundings | undefined;
  readonly #roll: Roll;
  readonly #figures = new Map<string, Figures>();
  readonly #held = new Map<string, Map<string, ApiRow>>(streams.map((stream) => [stream, new Map()]));
  readonly #states = new Map<string, StateMessage>();
  readonly #problems: string[] = [];
  #syncs = 0;
  #kills = 0;
  #worstMs = 0;
  #peakMb = 0;

  constructor({ scene, sandbox, front, around, roll }: Parts) {
    this.#scene = scene;
    this.#sandbox = sandbox;
    this.#front = front;
    this.#around = around;
    this.#roll = roll;
  }

  async tell(): Promise<Told> {
    let lost = 0;
    try {
      let isComplete = false;
      while (!isComplete && this.#syncs < mostSyncs) {
        const percent = (ratesAlone[this.#scene.name] ?? rates)[this.#roll(4)] ?? 0;
        this.#front.spoil(this.#scene.kinds, percent);
        isComplete = (await this.#sync(this.#roll(2) === 0)).exitCode === 0;
      }
      this.#front.spoil([], 0);
      const last = await this.#sync(false, true);
      if (last.exitCode !== 0) this.#problems.push(`without a fault, exit ${last.exitCode}`);
      lost = this.#compare();
    } catch (error) {
      this.#problems.push(String(error));
    }
    const [syncs, kills, worstMs, peakMb] = [this.#syncs, this.#kills, this.#worstMs, this.#peakMb];
    if (lost > 0) this.#problems.push(`${lost} rows lost`);
    if (peakMb > mostMegabytes) this.#problems.push(`${Math.round(peakMb)} MB of memory`);
    const { name: scene } = this.#scene;
    return { scene, figures: this.#figures, syncs, kills, lost, worstMs, peakMb, problems: this.#problems };
  }

  /** @throws where the transcript breaks a rule, or the sync does not end within its bound */
  async #sync(isKilled: boolean, isLast = false): Promise<Run> {
    this.#syncs += 1;
    // Rather sooner than later.
    let linesLeft = 1 + this.#roll(1 + this.#roll(6_000));
    let polling: NodeJS.Timeout | undefined;
    const poll = ({ pid }: ChildProcess) => {
      this.#peakMb = Math.max(this.#peakMb, peakMemory(pid) ?? 0);
    };
    const next = await this.#around?.next(isLast, streams);
    const { env, onStart, onLine, ...options } = next?.options ?? {};
    const output = await sync(configFor(this.#front, next?.config), {
      streams,
      state: [...this.#states.values()],
      env: { ...impatient, ...env },
      timeout: boundMs,
      cutShort: isKilled,
      ...options,
      onStart: (child) => {
        polling = setInterval(() => poll(child), 50);
        onStart?.(child);
      },
      onLine: (line, child) => {
        linesLeft -= 1;
        onLine?.(line, child);
        if (!isLast && this.#roll(500) === 0) this.#change();
        if (!isKilled || linesLeft !== 0) return;
        poll(child);
        child.kill('SIGKILL');
      },
    }).finally(() => clearInterval(polling));
    const { run, injected } = (await next?.end(output)) ?? { run: output, injected: 0 };
    this.#add(this.#scene.name, figuresAround(injected, run));
    this.#take(run);
    return run;
  }

  #add(kind: string, figures: Figures): void {
    const all = this.#figures.get(kind) ?? noFigures();
    this.#figures.set(kind, all);
    addFigures(all, figures);
  }

  #take(run: Run): void {
    const isKilled = run.signal !== null;
    if (isKilled) this.#kills += 1;
    this.#worstMs = Math.max(this.#worstMs, run.duration);
    for (const [kind, figures] of figuresOf(this.#front.takeExchanges(), isKilled)) this.#add(kind, figures);
    const uncovered = new Map<string, ApiRow[]>(streams.map((stream) => [stream, []]));
    for (const message of run.messages) {
      if (message.type === 'RECORD') uncovered.get(message.record.stream)?.push(message.record.data);
      if (message.type !== 'STATE') continue;
      const { name } = message.state.stream.stream_descriptor;
      this.#states.set(name, message.state);
      load(this.#held.get(name) ?? new Map(), uncovered.get(name)?.splice(0) ?? []);
    }
  }

  #change(): void {
    const stream = sorted[this.#roll(sorted.length)] ?? 'orders';
    const rows = this.#sandbox.rows(stream);
    this.#sandbox.update(stream, Number(rows[this.#roll(rows.length)]?.['id']));
  }

  /** How many rows of the store are not held as they are now; rows with other values are a problem. */
  #compare(): number {
    let lost = 0;
    for (const stream of streams) {
      const held = this.#held.get(stream);
      const rows = stream === 'charge_line_items' ? lineItems(this.#sandbox) : rowsOf(this.#sandbox, stream);
      const missing = rows.filter((row) => {
        const known = held?.get(keyOf(row));
        return known === undefined || changedAt(known) < changedAt(row);
      });
      lost += missing.length;
      if (missing.length > 0) this.#problems.push(`${missing.length} rows of ${stream} lost`);
      const wrong = rows.flatMap((row) => differencesOf(row, held?.get(keyOf(row)) ?? row));
      if (wrong.length > 0) this.#problems.push(`${stream}: ${wrong[0]}`);
    }
    return lost;
  }
}

function lineItems(sandbox: Sandbox): readonly ApiRow[] {
  return rowsOf(sandbox, 'charges').flatMap(({ id, updated_at, line_items }) =>
    (line_items as readonly ApiRow[]).map((item, index) => ({ charge_id: id, index, updated_at, ...item })),
  );
}
