import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../airbyte/testing/index.ts';
import { integer, type JsonObject, primaryKey, schema, timestamp } from '../airbyte/index.ts';
import type { RechargeClient } from '../recharge/client.ts';
import type { Listing, Page } from '../recharge/pages.ts';
import type { Window } from './cursor.ts';
import { IncrementalStream } from './incremental-stream.ts';
import { type Instant, toText } from './instant.ts';
import { readContext, requestOf } from './read-stream.fixture.ts';
import { unsorted } from './unsorted.ts';

const second = 1_000;
const midnight = Date.parse('2024-11-03T00:00:00Z');
const settling = 10;
const at = (seconds: number): Instant => midnight + seconds * second;
const stateAt = (seconds: number) => ({ updated_at: toText(at(seconds)) });
/** Is asked for nothing: the pages are given. */
const client = {} as RechargeClient;

/** A listing of these pages. */
class PagedThings extends IncrementalStream {
  override readonly name = 'things';
  override readonly scopes = [];
  override readonly schema = schema({ id: primaryKey(integer), updated_at: timestamp });
  override readonly listing = unsorted((endpoint, from) => this.#read(endpoint, from));
  from: Instant | undefined;
  readonly #pages: readonly Page[];

  constructor(window: Partial<Window>, pages: readonly Page[]) {
    super({ client, window: { start: at(0), lookback: 0, settling: settling * second, ...window } });
    this.#pages = pages;
  }

  async *#read({ warn }: Listing, from: Instant): AsyncGenerator<Page> {
    this.from = from;
    for (const one of this.#pages) {
      warn?.('something is odd');
      yield one;
    }
  }
}

/** A page asked for at a second, its rows numbered from `first`. */
function page(requestedAt: number, texts: readonly (string | undefined)[], first = 0): Page {
  const rows = texts.map((text, index) => ({
    id: first + index,
    ...(text !== undefined && { updated_at: text }),
  }));
  return { rows, requestedAt: at(requestedAt), limit: 250 };
}
const texts = (...seconds: readonly number[]) => seconds.map((one) => toText(at(one)));

/** What one sync of streams with these states writes, in order, and what they warn of. */
async function sync(listing: PagedThings, states: readonly (JsonObject | undefined)[]) {
  const warnings: string[][] = states.map(() => []);
  const members = states.map((state, index) =>
    listing.open(requestOf({ state, log: { ...silentLog, warn: (text) => warnings[index]?.push(text) } })),
  );
  const batches: { ids: unknown[]; state: JsonObject | undefined }[] = [];
  for await (const { rows, state } of listing.read(members, readContext()))
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
    requestedAt: fc.nat(120),
  });

  it('gives what is due and no more, saves nothing before its end, and then nothing that may have been hidden', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, pageSize, start, saved, lookback, end, requestedAt }) => {
        const all = rows.map((row) => (row === null ? undefined : toText(at(row))));
        const pages = Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, index) => {
          const first = index * pageSize;
          return page(requestedAt + 20 * index, all.slice(first, first + pageSize), first);
        });
        const window = {
          start: at(start),
          lookback: lookback * second,
          ...(end !== null && { end: at(end) }),
        };
        const state = saved === null ? undefined : stateAt(saved);
        const { batches } = await sync(new PagedThings(window, pages), [state]);

        const from = Math.max(start, saved === null ? start : saved - lookback);
        const isDue = (row: number) => row >= from && row <= (end ?? Number.POSITIVE_INFINITY);
        const due = [...rows.keys()].filter((id) => (rows[id] ?? null) === null || isDue(rows[id] ?? 0));
        expect(batches.flatMap(({ ids }) => ids)).toEqual(due);
        const largest = Math.max(
          Number.NEGATIVE_INFINITY,
          ...rows.filter((row) => row !== null).filter(isDue),
        );
        const cursor = Math.max(saved ?? start, Math.min(largest, requestedAt - settling));
        expect(batches.map((batch) => batch.state)).toEqual([...pages.map(() => undefined), stateAt(cursor)]);
      }),
      {
        examples: [
          [{ rows: [], pageSize: 1, start: 5, saved: null, lookback: 0, end: null, requestedAt: 0 }],
        ],
      },
    );
  });

  it('lets a time without zone in wherever it may mean one that is due, and saves none after end_date', async () => {
    // Half past one in UTC, or half past six in New York's second such hour.
    const naive = [page(100_000, ['2024-11-03T01:30:00'])];
    const [early, late] = [90 * 60, 390 * 60];
    const ids = async (window: Partial<Window>) => {
      const { batches } = await sync(new PagedThings(window, naive), [undefined]);
      return [batches[0]?.ids, batches.at(-1)?.state];
    };
    expect(await ids({ start: at(late) })).toEqual([[0], stateAt(late)]);
    expect(await ids({ start: at(late + 1) })).toEqual([[], stateAt(late + 1)]);
    expect(await ids({ end: at(early) })).toEqual([[0], stateAt(early)]);
    expect(await ids({ end: at(early - 1) })).toEqual([[], stateAt(0)]);
  });
});

describe('streams of one listing', () => {
  it('each take what is new to them, and the listing is asked for from the earliest on', async () => {
    const listing = new PagedThings({ lookback: 5 * second }, [page(100, texts(30, 5, 20, 10))]);
    const { batches } = await sync(listing, [stateAt(25), stateAt(12)]);
    expect(listing.from).toBe(at(7));
    expect(batches).toEqual([
      { ids: [0, 2], state: undefined },
      { ids: [0, 2, 3], state: undefined },
      { ids: [], state: stateAt(30) },
      { ids: [], state: stateAt(30) },
    ]);
  });

  it('log what is odd of it once, by the last of them', async () => {
    const listing = new PagedThings({}, [page(100, []), page(101, [])]);
    const { warnings } = await sync(listing, [stateAt(1), stateAt(2), stateAt(3)]);
    expect(warnings).toEqual([[], [], ['things: something is odd']]);
  });

  it('say if their saved cursor is later than any sync could have saved', async () => {
    const future = { updated_at: toText(Date.now() + 3_600_000) };
    const { warnings } = await sync(new PagedThings({}, []), [future, stateAt(2)]);
    expect(warnings).toEqual([[expect.stringContaining('is later than this sync could save')], []]);
  });
});
