import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { StateMessage } from '../../src/airbyte/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, quickToken, sync } from '../streams/connection.ts';
import { changedAt, expectRows, rowsOf, type StreamName } from '../streams/expectations.ts';
import type { ApiRow } from '../streams/front.ts';

const sorted = ['charges', 'customers', 'orders', 'subscriptions'] as const;
const streams = [...sorted, 'collections', 'metafields_store'] as const satisfies readonly StreamName[];
const size = { orders: 5_000, charges: 5_000, customers: 1_500, subscriptions: 2_000, collections: 300 };
const page = 250;
/** What is younger is read again by every sync, by design (settling_minutes). */
const settling = 30 * 60_000;

export interface Tally {
  readonly kills: number;
  /** Rows of sorted listings that were written twice in one version, over all kills. */
  readonly twice: number;
  /** A page for each slice that was open, and what shares the second it goes on from, over all kills. */
  readonly allowed: number;
  /** How often a store was read to its end and held to be whole. */
  readonly ends: number;
}

/**
 * Syncs one store again and again, each time killed at a random moment and resumed from the last whole STATE line of
 * each stream, until there were so many kills; rows change meanwhile. Whenever a sync ends, all that was written must
 * be all there is, and the next one starts over. @throws where a row is missing, or too many came twice
 */
export async function syncKilledAtRandom(kills: number, random: (below: number) => number): Promise<Tally> {
  const store = await startSandbox({
    token: quickToken,
    size,
    chargeWindowDays: null,
    latencyMs: () => 20 + random(80),
  });
  try {
    let tally: Tally = { kills: 0, twice: 0, allowed: 0, ends: 0 };
    while (tally.kills < kills) {
      const story = await tell(store, kills - tally.kills, random);
      tally = {
        kills: tally.kills + story.kills,
        twice: tally.twice + story.twice,
        allowed: tally.allowed + story.allowed,
        ends: tally.ends + 1,
      };
    }
    return tally;
  } finally {
    await store.close();
  }
}

/** From no state to the end of the data. */
async function tell(
  store: Sandbox,
  mostKills: number,
  random: (below: number) => number,
): Promise<Omit<Tally, 'ends'>> {
  const states = new Map<string, StateMessage>();
  const held = new Map<string, Map<unknown, ApiRow>>(streams.map((stream) => [stream, new Map()]));
  let kills = 0;
  // A page that one kill cut short may be brought again by a later sync than the next, which is killed too.
  const counts = sorted.map((stream) => ({ stream, twice: 0, allowed: 0 }));
  for (;;) {
    const run = await syncOnce(store, [...states.values()], kills < mostKills, random);
    for (const count of counts) {
      const known = held.get(count.stream);
      if (kills > 0) count.allowed += mayComeAgain(states.get(count.stream), [...(known?.values() ?? [])]);
      count.twice += take(run.records(count.stream), known);
      expect(count).toSatisfy(({ twice, allowed }: typeof count) => twice <= allowed);
    }
    for (const stream of streams.filter((name) => !sorted.some((one) => one === name)))
      take(run.records(stream), held.get(stream));
    for (const state of run.states()) states.set(state.stream.stream_descriptor.name, state);
    if (run.signal === null) {
      expect(run.exitCode).toBe(0);
      break;
    }
    kills += 1;
  }
  // A row that changed behind the last sync's back comes with the next one.
  const last = await syncOnce(store, [...states.values()], false, random);
  for (const stream of streams) {
    take(last.records(stream), held.get(stream));
    expectRows([...(held.get(stream)?.values() ?? [])], rowsOf(store, stream));
  }
  return { kills, twice: total(counts, 'twice'), allowed: total(counts, 'allowed') };
}

async function syncOnce(
  store: Sandbox,
  state: readonly StateMessage[],
  kill: boolean,
  random: (below: number) => number,
): Promise<Run> {
  let timer: NodeJS.Timeout | undefined;
  const killSoon = (child: ChildProcess) => {
    timer = setTimeout(() => child.kill('SIGKILL'), random(900));
  };
  const run = await sync(configFor(store), {
    streams,
    state,
    cutShort: kill,
    onStart: (child) => {
      if (kill) child.stdout?.once('data', () => killSoon(child));
    },
    onLine: () => {
      if (kill && random(2_000) === 0) change(store, random);
    },
  });
  clearTimeout(timer);
  return run;
}

function total<Key extends string>(counts: readonly Readonly<Record<Key, number>>[], of: Key): number {
  return counts.reduce((sum, count) => sum + count[of], 0);
}

function change(store: Sandbox, random: (below: number) => number): void {
  const stream = sorted[random(sorted.length)] ?? 'orders';
  const rows = rowsOf(store, stream);
  store.update(stream, Number(rows[random(rows.length)]?.['id']));
}

/** Takes rows in; returns how many of them it had in this version already, but for those too young to be settled. */
function take(rows: readonly ApiRow[], held: Map<unknown, ApiRow> | undefined): number {
  const young = Date.now() - settling;
  let twice = 0;
  for (const row of rows) {
    const known = held?.get(row['id']);
    if (known?.['updated_at'] === row['updated_at'] && changedAt(row) < young) twice += 1;
    if (known === undefined || changedAt(row) >= changedAt(known)) held?.set(row['id'], row);
  }
  return twice;
}

/**
 * How many rows a sync may bring again that goes on from this state: a page for each stretch of time that it leaves, since
 * each had one chain of pages at most, and those of the second in which a stretch begins, which is read whole again.
 */
function mayComeAgain(state: StateMessage | undefined, held: readonly ApiRow[]): number {
  const saved = (state?.stream.stream_state ?? {}) as {
    updated_at?: string;
    read_beyond?: [string, string][];
  };
  const beyond = saved.read_beyond ?? [];
  const begins = new Set(
    [saved.updated_at ?? '', ...beyond.map(([, to]) => to)].map((time) => Date.parse(time)),
  );
  return page * (1 + beyond.length) + held.filter((row) => begins.has(changedAt(row))).length;
}
