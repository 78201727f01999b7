import { runs } from '../random.fixture.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JsonObject } from '../airbyte/index.ts';
import { silentLog } from '../airbyte/testing/index.ts';
import type { Query } from '../recharge/request.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { ApiResponse } from '../recharge/response.ts';
import { toText } from '../sync/instant.ts';
import { readAlone } from '../sync/read-stream.fixture.ts';
import { sorted } from '../sync/sorted.ts';
import { losesNothing, start } from '../sync/sync-simulation.fixture.ts';
import { type Answers, byCursor, Table, withEvents } from '../sync/table.fixture.ts';
import { clientOf, things } from '../sync/things.fixture.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { Deletions } from './deletions.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const subscriptions = things(sorted(), '2021-11', 'subscriptions');

it.each([
  ['sorted', sorted()],
  ['in no order', clientFiltered()],
])(
  'what is deleted of a listing %s is gone from the destination, and nothing else, whatever is shown late, killed or fails',
  (_name, listing) =>
    losesNothing(
      {
        streamOf: (context, pageSize) =>
          things(
            listing,
            '2021-11',
            'subscriptions',
          )({ ...context, deletions: new Deletions(context) }, pageSize),
        answers: withEvents('subscription', byCursor),
        deletion: 'tombstone',
      },
      runs(100),
    ),
  120_000,
);

/** Reads of one stream after another in one sync, whose events are what `events` answers; what is logged as WARN. */
function syncOf(events: Asked) {
  const table = new Table(start);
  table.write(1, start, 0);
  const answers: Answers = (all, query, path) =>
    path === '/events' ? { body: events(query), link: undefined } : byCursor(all, query, path);
  const window = { start: start * 1000, end: undefined, lookback: 0, settling: 0 };
  const context = { client: clientOf(table, { answers }), window };
  const deletions = new Deletions(context);
  const warned: string[] = [];
  const log = { ...silentLog, warn: (line: string) => warned.push(line) };
  const read = (state?: JsonObject) => readAlone(subscriptions({ ...context, deletions }, 3), { log, state });
  return { read, warned };
}
type Asked = (query: Query) => ApiResponse['body'];

it.each([
  ['an id', { object_id: 7 }, [7]],
  ['an id as text', { object_id: '7' }, [7]],
  ['no id', { object_id: null }, []],
  ['an id that is no number', { object_id: 'gid' }, []],
  ['an id that is no whole number', { object_id: 1.5 }, []],
  ['a time that is none', { created_at: 'x' }, []],
])('an event with %s', async (_name, event, tombstones) => {
  const deletion = {
    verb: 'deleted',
    object_type: 'subscription',
    object_id: 8,
    created_at: toText(Date.now()),
  };
  const { read, warned } = syncOf(() => ({ next_cursor: null, events: [{ ...deletion, ...event }] }));
  const { rows } = await read();
  expect(rows.filter((row) => '_ab_cdc_deleted_at' in row).map(({ id }) => id)).toEqual(tombstones);
  expect(warned).toEqual(
    tombstones.length > 0 ? [] : [expect.stringContaining('an event tells of a deletion without')],
  );
});

it('events that could not be had fail who asked, and are asked for anew by the next', async () => {
  let asked = 0;
  const { read } = syncOf(() => {
    if (asked++ === 0) throw new RechargeError('unavailable', '/events', 'down', 503);
    return { next_cursor: null, events: [] };
  });
  await expect(read()).rejects.toMatchObject({ type: 'transient_error' });
  await read();
  expect(asked).toBe(2);
});

it('a refused filter of the events is said once a sync, though streams that want more ask again', async () => {
  let refused = 0;
  const { read, warned } = syncOf((query) => {
    if (query['created_at_min'] === undefined) return { next_cursor: null, events: [] };
    refused += 1;
    throw new RechargeError('rejected', '/events', 'no such filter', 422);
  });
  await read({ updated_at: toText(Date.now()), deleted_at: toText(Date.now() - 3_600_000) });
  await read();
  expect(refused).toBe(2);
  expect(warned).toEqual([expect.stringMatching('does not take created_at_min for /events')]);
});
