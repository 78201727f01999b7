import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../airbyte/testing/index.ts';
import { integer, type JsonObject, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import type { Get, Page } from '../recharge/pages.ts';
import { CompleteListingStream, type Stage } from './complete-listing.ts';
import type { Window } from './cursor.ts';
import { clientOf } from './incremental.fixture.ts';
import { type Instant, toText } from './instant.ts';
import { Table } from './table.fixture.ts';

const second = 1_000;
const midnight = Date.parse('2024-11-03T00:00:00Z');
const settling = 10;
const at = (seconds: number): Instant => midnight + seconds * second;
const stateAt = (seconds: number) => ({ updated_at: toText(at(seconds)) });
const client = clientOf(
  new Table(0),
  1,
  async () => {},
  () => false,
);

/** A listing of these stages. */
class Staged extends CompleteListingStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = schema({ id: primaryKey(integer), updated_at: timestamp });
  from: Instant | undefined;
  readonly #stages: readonly Stage[];

  constructor(window: Partial<Window>, stages: readonly Stage[]) {
    super({ client, window: { start: at(0), lookback: 0, settling: settling * second, ...window } });
    this.#stages = stages;
  }

  protected override async *stages(
    _get: Get,
    from: Instant,
    warn: (what: string) => void,
  ): AsyncGenerator<Stage> {
    this.from = from;
    for (const stage of this.#stages) {
      warn('something is odd');
      yield stage;
    }
  }
}

/** A page asked for at a second, its rows numbered from `first`. */
function page(askedAt: number, texts: readonly (string | undefined)[], first = 0): Page {
  const rows = texts.map((text, index) => ({
    id: first + index,
    ...(text !== undefined && { updated_at: text }),
  }));
  return { rows, askedAt: at(askedAt), limit: 250 };
}
const texts = (...seconds: readonly number[]) => seconds.map((one) => toText(at(one)));

/** What one sync of streams with these states writes, in order, and what they warn of. */
async function sync(listing: Staged, states: readonly (JsonObject | undefined)[]) {
  const warnings: string[][] = states.map(() => []);
  const members = states.map((state, index) =>
    listing.open({
      syncMode: 'incremental',
      log: { ...silentLog, warn: (text) => warnings[index]?.push(text) },
      onRateLimited: () => {},
      state,
    }),
  );
  const batches: { ids: unknown[]; state: JsonObject | undefined }[] = [];
  for await (const { rows, state } of listing.read(members, {
    log: silentLog,
    signal: new AbortController().signal,
  }))
    batches.push({ ids: Array.from(rows, ({ data }) => data['id']), state });
  return { batches, warnings };
}

describe('a listing in no order', () => {
  const scenario = fc.record({
    rows: fc.array(fc.option(fc.nat(100)), { maxLength: 30 }),
    pageSize: fc.integer({ min: 1, max: 10 }),
    start: fc.nat(50),
    saved: fc.option(fc.nat(100)),
    lookback: fc.nat(30),
    end: fc.option(fc.nat(100)),
    askedAt: fc.nat(120),
  });

  it('gives what is due and no more, saves nothing before its end, and then nothing that may have been hidden', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, pageSize, start, saved, lookback, end, askedAt }) => {
        const all = rows.map((row) => (row === null ? undefined : toText(at(row))));
        const stages = Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, index) => {
          const first = index * pageSize;
          return { page: page(askedAt + 20 * index, all.slice(first, first + pageSize), first) };
        });
        const window = {
          start: at(start),
          lookback: lookback * second,
          ...(end !== null && { end: at(end) }),
        };
        const state = saved === null ? undefined : stateAt(saved);
        const { batches } = await sync(new Staged(window, stages), [state]);

        const from = Math.max(start, saved === null ? start : saved - lookback);
        const isDue = (row: number) => row >= from && row <= (end ?? Number.POSITIVE_INFINITY);
        const due = [...rows.keys()].filter((id) => (rows[id] ?? null) === null || isDue(rows[id] ?? 0));
        expect(batches.flatMap(({ ids }) => ids)).toEqual(due);
        const largest = Math.max(
          Number.NEGATIVE_INFINITY,
          ...rows.filter((row) => row !== null).filter(isDue),
        );
        const cursor = Math.max(saved ?? start, Math.min(largest, askedAt - settling));
        expect(batches.map((batch) => batch.state)).toEqual([
          ...stages.map(() => undefined),
          stateAt(cursor),
        ]);
      }),
      { examples: [[{ rows: [], pageSize: 1, start: 5, saved: null, lookback: 0, end: null, askedAt: 0 }]] },
    );
  });

  it('lets a time without zone in wherever it may mean one that is due, and saves none behind end_date', async () => {
    // Half past one in UTC, or half past six in New York's second such hour.
    const naive = [{ page: page(100_000, ['2024-11-03T01:30:00']) }];
    const [early, late] = [90 * 60, 390 * 60];
    const ids = async (window: Partial<Window>) => {
      const { batches } = await sync(new Staged(window, naive), [undefined]);
      return [batches[0]?.ids, batches.at(-1)?.state];
    };
    expect(await ids({ start: at(late) })).toEqual([[0], stateAt(late)]);
    expect(await ids({ start: at(late + 1) })).toEqual([[], stateAt(late + 1)]);
    expect(await ids({ end: at(early) })).toEqual([[0], stateAt(early)]);
    expect(await ids({ end: at(early - 1) })).toEqual([[], stateAt(0)]);
  });
});

describe('a listing that is complete up to an instant with a page', () => {
  const stages = [
    { page: page(100, texts(20, 30)), completeTo: at(30) },
    { page: page(101, texts(30, 50), 2), completeTo: at(50) },
  ];
  const statesOf = async (saved: number, all: readonly Stage[] = stages) =>
    (await sync(new Staged({}, all), [stateAt(saved)])).batches.map(({ state }) => state);

  it('saves that with the page, where it is later than the saved cursor', async () => {
    expect(await statesOf(10)).toEqual([stateAt(30), stateAt(50), stateAt(50)]);
    expect(await statesOf(30)).toEqual([undefined, stateAt(50), stateAt(50)]);
    expect(await statesOf(60)).toEqual([undefined, undefined, stateAt(60)]);
    expect((await sync(new Staged({ start: at(30) }, stages), [undefined])).batches[0]?.state).toBe(
      undefined,
    );
  });

  it('does not go back behind it at its end, whatever the first page could not show', async () => {
    const late = stages.map((stage) => ({ ...stage, page: { ...stage.page, askedAt: at(45) } }));
    expect(await statesOf(10, late)).toEqual([stateAt(30), stateAt(50), stateAt(50)]);
    const [first] = late;
    const unsorted = { page: page(46, texts(60), 4) };
    expect(first && (await statesOf(10, [first, unsorted])).at(-1)).toEqual(stateAt(35));
  });
});

describe('streams of one listing', () => {
  it('each take what is new to them, and the listing is asked for from the earliest on', async () => {
    const listing = new Staged({ lookback: 5 * second }, [{ page: page(100, texts(30, 5, 20, 10)) }]);
    const { batches } = await sync(listing, [stateAt(25), stateAt(12)]);
    expect(listing.from).toBe(at(7));
    expect(batches).toEqual([
      { ids: [0, 2], state: undefined },
      { ids: [0, 2, 3], state: undefined },
      { ids: [], state: stateAt(30) },
      { ids: [], state: stateAt(30) },
    ]);
  });

  it('say what is odd of it once, by the last of them, however often it is read', async () => {
    const listing = new Staged({}, [{ page: page(100, []) }, { page: page(101, []) }]);
    const { warnings } = await sync(listing, [stateAt(1), stateAt(2), stateAt(3)]);
    expect(warnings).toEqual([[], [], ['things: something is odd']]);
    expect((await sync(listing, [stateAt(1)])).warnings).toEqual([[]]);
  });

  it('say if their saved cursor is later than any sync could have saved', async () => {
    const future = { updated_at: toText(Date.now() + 3_600_000) };
    const { warnings } = await sync(new Staged({}, []), [future, stateAt(2)]);
    expect(warnings).toEqual([[expect.stringContaining('is later than this sync could save')], []]);
  });
});
