import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject, SyncMode } from '../airbyte/index.ts';
import { readAlone } from './read-stream.fixture.ts';
import { lag, start } from './sync-simulation.fixture.ts';
import { type Answers, byLink, Table, without } from './table.fixture.ts';
import { clientOf, coverageOf, timePagedThings } from './things.fixture.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Seconds from `start` to the second of the two hours that New York's clocks show alike. */
const hourAgain = 6 * 3_600;

interface Reading {
  /** Seconds from `start`. */
  readonly now: number;
  readonly syncMode: SyncMode;
  readonly state: JsonObject | undefined;
}

/** Reads by one chain what was written at these seconds from `start`, and never after. */
async function readOf(
  seconds: readonly number[],
  pageSize: number,
  answers: Answers,
  { now = 100_000, syncMode = 'incremental', state }: Partial<Reading> = {},
) {
  const table = new Table(start + now);
  seconds.forEach((at, id) => table.write(id, start + at, 0));
  vi.setSystemTime(table.now * 1000);
  let requests = 0;
  const tick = async () => {
    if (++requests > 2_000) throw new Error('it goes on asking');
  };
  const window = { start: start * 1000, lookback: 0, settling: lag * 1000 };
  const things = timePagedThings({ client: clientOf(table, { most: 0, tick, answers }), window }, pageSize);
  const read = await readAlone(things, { syncMode, state });
  return { ids: read.rows.map(({ id }) => id), requests, state: read.state };
}

const leads = fc.constantFrom('cursor' as const, 'page' as const, 'none' as const);
const pageSize = fc.integer({ min: 2, max: 6 });
/** In rising order, none before `least`. */
const instants = (ties: number, least = 0) =>
  fc
    .array(fc.nat(40_000), { maxLength: 60 })
    .map((all) => all.map((at) => least + at - (at % ties)).toSorted((a, b) => a - b));
/** Apart, and after the hour that comes again. */
const each = instants(1, hourAgain + 3_600).map((all) => [...new Set(all)]);

it('rows of a second each come at a request a page, which begins with the last row of the one before', async () => {
  await fc.assert(
    fc.asyncProperty(each, pageSize, leads, async (rows, size, way) => {
      const { ids, requests } = await readOf(rows, size, byLink(way));
      const pages = Math.max(1, Math.ceil((rows.length - 1) / (size - 1)));
      expect(ids.filter((id, index) => id !== ids[index - 1])).toEqual(rows.map((_, id) => id));
      // A single row may be as much as the API gives in a page, so that its second is read by number, twice.
      const alone = rows.length === 1 ? 1 : 0;
      expect(ids.length).toBeLessThanOrEqual(rows.length + pages + 2 * alone);
      // Where no link ever came, or the last page was full, only one that brings nothing new is known to be the last.
      expect(requests).toBeLessThanOrEqual(pages + 1 + 5 * alone);
    }),
  );
});

it('more rows in a second than a page holds are read by number, twice, in whichever hour', async () => {
  const tied = fc.constantFrom(60, 3_600).chain(instants);
  await fc.assert(
    fc.asyncProperty(tied, pageSize, leads, async (rows, size, way) => {
      const { ids, requests } = await readOf(rows, size, byLink(way));
      expect(new Set(ids)).toEqual(new Set(rows.keys()));
      // In the hour that comes again, a second is looked for in the first one too, and whether the filter is kept.
      expect(requests).toBeLessThanOrEqual(1 + 14 * new Set(rows).size + (2 * rows.length) / size);
    }),
  );
});

it('a page full of one second in the hour that comes again is not looked for all through the first', async () => {
  const { ids, requests } = await readOf([hourAgain, hourAgain, hourAgain + 5], 2, byLink('cursor'));
  expect(new Set(ids)).toEqual(new Set([0, 1, 2]));
  expect(requests).toBeLessThan(20);
});

describe('a short page, no link, and more after it that is not settled', () => {
  const rows = [60_000, 60_010, 60_020, 60_030];
  const short: Answers = (table, query) => byLink('none')(table, { ...query, limit: 2 }, '');
  const soon = { now: 60_040 };

  it('is left to the next sync: no state covers it, and it comes once it is settled', async () => {
    const first = await readOf(rows, 5, short, soon);
    expect([first.ids, first.requests]).toEqual([[0, 1], 1]);
    expect(coverageOf(first.state ?? {})((start + 60_040 - lag) * 1000)).toBe(false);
    const again = await readOf(rows, 5, short, { now: 60_100, state: first.state });
    expect([again.ids, again.requests]).toEqual([[0, 1], 1]);
    const later = await readOf(rows, 5, short, { state: again.state });
    expect(new Set(later.ids)).toEqual(new Set(rows.keys()));
  });

  it('is read by a full refresh, after which no sync goes on', async () => {
    const { ids } = await readOf(rows, 5, short, { ...soon, syncMode: 'full_refresh' });
    expect(new Set(ids)).toEqual(new Set(rows.keys()));
  });
});

it('where the API does not sort after all, time is halved until a page holds all of it', async () => {
  const unsorted = without(['sort_by'], byLink('none'));
  const alone = instants(1).map((all) => [...new Set(all)]);
  // Of fewer rows in the hour that comes again nobody can tell that they fall.
  const atLeastFour = fc.integer({ min: 4, max: 7 });
  await fc.assert(
    fc.asyncProperty(alone, atLeastFour, async (rows, size) => {
      const { ids } = await readOf(rows, size, unsorted);
      expect(new Set(ids)).toEqual(new Set(rows.keys()));
    }),
    { examples: [[[0, 1, 20_950, 20_951], 4]] },
  );
});
