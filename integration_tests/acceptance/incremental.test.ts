import { expect, test } from 'vitest';
import type { StateMessage } from '../../src/airbyte/index.ts';
import { configure, type Run, stateFile, stateOf } from '../../src/airbyte/testing/index.ts';
import { acceptanceStore } from './store.ts';

/** What the Connector Acceptance Tests asked of incremental reads (T49, T50), of every stream that has them. */
const store = await acceptanceStore();
const first = await readFrom();

/** The streams that the official connector goes on from a state of. */
const official =
  'addresses bundle_selections charges credit_adjustments customers discounts onetimes orders subscriptions'.split(
    ' ',
  );

function readFrom(state?: readonly StateMessage[]): Promise<Run> {
  const streams = store.incremental.map(({ name }) => name);
  return store.read({ catalog: configure(store.streams, { streams }), ...(state && { state }) });
}

test('a second read brings less [STO-07, T49]', async () => {
  const second = await readFrom(stateFile(first));
  expect(second.exitCode).toBe(0);
  for (const { name } of store.incremental) {
    expect([name, second.states(name).length > 0]).toEqual([name, true]);
    expect([name, second.records(name).length < first.records(name).length]).toEqual([name, true]);
  }
});

test("what is saved is the official connector's: one time as text under its cursor [MIG-08]", () => {
  const cursors = {
    ...Object.fromEntries(official.map((name) => [name, 'updated_at'])),
    events: 'created_at',
  };
  for (const [name, cursor] of Object.entries(cursors)) {
    const state = first.lastState(name) ?? {};
    expect([name, state]).toEqual([
      name,
      expect.objectContaining({ [cursor]: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) }),
    ]);
  }
});

/** A state that a stream sent, and how many of its records stood before it. */
interface Slice {
  readonly state: StateMessage;
  readonly before: number;
}

/** The states of a stream that came with records, those alike one after another as one. */
function slicesOf(stream: string): Slice[] {
  let before = 0;
  const slices: Slice[] = [];
  for (const state of first.states(stream)) {
    before += Number(state.sourceStats.recordCount);
    const alike = JSON.stringify(slices.at(-1)?.state.stream) === JSON.stringify(state.stream);
    if (alike) slices.pop();
    if (alike || Number(state.sourceStats.recordCount) > 0) slices.push({ state, before });
  }
  return slices;
}

test('from any state, at least all that was after it comes [STO-03, STO-06, T50]', async () => {
  const streams = store.incremental.map(({ name }) => ({ name, slices: slicesOf(name) }));
  for (const { name, slices } of streams) expect([name, slices.length > 0]).toEqual([name, true]);
  const rounds = Math.min(4, Math.max(...streams.map(({ slices }) => slices.length)));
  for (let round = 0; round < rounds; round += 1) {
    const picked = streams.map(({ slices }) => slices[Math.floor((round * slices.length) / rounds)] as Slice);
    const run = await readFrom(picked.map(({ state }) => state));
    for (const { state, before } of picked) {
      const { name } = state.stream.stream_descriptor;
      const total = first.records(name).length;
      expect([name, run.records(name).length >= total - before]).toEqual([name, true]);
      expect([name, run.records(name).length < total]).toEqual([name, true]);
    }
  }
});

test('the sentinels of both frameworks, true as they write it, are a first sync [STI-04]', async () => {
  const state = stateOf({
    orders: { __ab_no_cursor_state_message: true },
    collections: { __ab_full_refresh_sync_complete: true },
  });
  const streams = ['orders', 'collections'];
  const run = await store.read({ catalog: configure(store.streams, { streams }), state });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  for (const stream of streams)
    expect([stream, run.records(stream).length]).toEqual([stream, first.records(stream).length]);
});

test('events saved weeks ago go on from the earliest the API serves, and the gap is told [MIG-03]', async () => {
  const day = 86_400_000;
  const begun = Date.now();
  const saved = new Date(begun - 30 * day).toISOString().slice(0, 19);
  const state = stateOf({ events: { created_at: `${saved}+0000` } });
  const run = await store.read({ catalog: configure(store.streams, { streams: ['events'] }), state });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expect(run.records('events')).toHaveLength(store.sandbox.served('/events').length);
  const asked = store.sandbox.requests.findLast(
    ({ path, query }) => path === '/events' && query.includes('_min'),
  );
  const bound = Date.parse(new URLSearchParams(asked?.query).get('created_at_min') ?? '');
  // A day for clocks that differ: the API refuses a bound from eight days on.
  expect(bound).toBeGreaterThan(begun - 8 * day);
  expect(run.logs()).toContainEqual(expect.stringMatching(`^WARN events: .*${saved}.*missing`));
});
