import { dice, runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toText } from './instant.ts';
import { readAlone } from './read-stream.fixture.ts';
import { type Kind, lag, losesNothing, start } from './sync-simulation.fixture.ts';
import { type Answers, byCursor, byLink, refusing, Table, without } from './table.fixture.ts';
import {
  clientOf,
  filteredThings,
  numberedThings,
  sortedThings,
  timePagedThings,
  unsortedThings,
} from './things.fixture.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const inNewYork: Answers = (table, query, path) => {
  const { next_cursor = null } = byCursor(table, query, path).body;
  return { body: { ...byLink('none')(table, query, path).body, next_cursor }, link: undefined };
};
const roll = dice();
const ignoringSome: Answers = (...asked) => (roll(3) === 0 ? without(filter, byCursor) : byCursor)(...asked);
const unsortedAndNumbered = { letsGo: true, deletion: 'none' } as const;
const filter = ['updated_at_min', 'updated_at_max'];

it.each<[string, Kind]>([
  ['sorted', { streamOf: sortedThings, answers: byCursor }],
  ['in no order', { streamOf: unsortedThings, answers: byCursor }],
  ['filtered, in no order', { streamOf: filteredThings, answers: byCursor }],
  ['filtered, its times without zone', { streamOf: filteredThings, answers: inNewYork }],
  ['whose filter is ignored', { streamOf: filteredThings, answers: without(filter, byCursor) }],
  ['whose filter is refused', { streamOf: filteredThings, answers: refusing(filter, byCursor) }],
  ['in pages by link', { streamOf: numberedThings, answers: byLink('cursor') }],
  // A row that is deleted lets another slip back over a border, unseen (docs/recharge.md, Products).
  ['in pages by number', { streamOf: numberedThings, answers: byLink('none'), deletion: 'none' }],
  ['in pages by linked numbers', { streamOf: numberedThings, answers: byLink('page'), deletion: 'none' }],
  ['paged by time, with links', { streamOf: timePagedThings, answers: byLink('cursor') }],
  ['paged by time, with linked numbers', { streamOf: timePagedThings, answers: byLink('page') }],
  ['paged by time, without links', { streamOf: timePagedThings, answers: byLink('none') }],
  ['sorted, whose filter is ignored', { streamOf: sortedThings, answers: without(filter, byCursor) }],
  ['sorted, whose filter is ignored now and then', { streamOf: sortedThings, answers: ignoringSome }],
  [
    'paged by time, whose filter is ignored',
    { streamOf: timePagedThings, answers: without(filter, byLink('cursor')) },
  ],
  ['sorted, that lets go', { streamOf: sortedThings, answers: byCursor, letsGo: true }],
  // What is counted where a sign is missing may miss a row for one that is deleted.
  ['in no order, that lets go', { ...unsortedAndNumbered, streamOf: unsortedThings, answers: byCursor }],
  ['filtered, that lets go', { ...unsortedAndNumbered, streamOf: filteredThings, answers: byCursor }],
  [
    'in pages by link, that lets go',
    { ...unsortedAndNumbered, streamOf: numberedThings, answers: byLink('cursor') },
  ],
  ['paged by time, that lets go', { streamOf: timePagedThings, answers: byLink('cursor'), letsGo: true }],
])(
  'streams of a listing %s lose nothing to faults, kills, each other, or settings that change between syncs',
  (_name, kind) => losesNothing(kind, runs(50)),
);

const textAt = (seconds: number) => toText((start + seconds) * 1000);

/** What a sync brings of twenty rows, a thousand seconds apart. */
async function resume(window: { start: number; end?: number }, state: Record<string, never> | object) {
  const table = new Table(start + 90_000);
  for (let id = 0; id < 20; id++) table.write(id, start + id * 1_000, 0);
  vi.setSystemTime(table.now * 1000);
  const context = { client: clientOf(table), window: { ...window, lookback: 0, settling: lag * 1000 } };
  const read = await readAlone(sortedThings(context, 5), { state: state as never });
  return { ids: read.rows.map(({ id }) => id), state: read.state };
}

it('goes on from stretches read beyond the cursor up to end_date, and ends with a plain cursor', async () => {
  const window = { start: start * 1000, end: (start + 12_000) * 1000 + 999 };
  const state = { updated_at: textAt(3_000), read_beyond: [[textAt(8_000), textAt(12_001)]] };
  expect(await resume(window, state)).toEqual({
    ids: [3, 4, 5, 6, 7],
    state: { updated_at: textAt(12_001) },
  });
});

it('without rows it ends with the cursor it was given, be start_date after it', async () => {
  const state = { updated_at: textAt(0) };
  expect(await resume({ start: (start + 50_000) * 1000 }, state)).toEqual({ ids: [], state });
});
