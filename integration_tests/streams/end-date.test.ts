import { beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, cursorOf, sharedStore, sync, syncThrough, utc } from './connection.ts';
import {
  changedAt,
  earliestAt,
  expectRows,
  lasting,
  rowsOf,
  sorted,
  type StreamName,
} from './expectations.ts';
import type { Change } from './front.ts';

const day = 86_400_000;

const sandbox = await sharedStore();
/** The last second of a day; an order and a collection were changed in it, and others in the second after it. */
let lastSecond: number;
beforeAll(async () => {
  const times = rowsOf(sandbox, 'orders')
    .map(changedAt)
    .toSorted((a, b) => a - b);
  lastSecond = Math.ceil((times[times.length >> 1] ?? 0) / day) * day - 1000;
  for (const [index, second] of [lastSecond, lastSecond + 1000].entries()) {
    sandbox.setTime(new Date(second));
    for (const stream of ['orders', 'collections'] as const)
      sandbox.update(stream, Number(sandbox.rows(stream)[index]?.['id']));
  }
  sandbox.setTime(new Date());
});

const until = (stream: StreamName, end: number) =>
  rowsOf(sandbox, stream).filter((row) => earliestAt(row) <= end);
const boundsOf = (path: string) =>
  new URLSearchParams(
    sandbox.requests.findLast((entry) => entry.path === path && entry.query.includes('_min'))?.query,
  );

describe('a date is the end of that day in UTC, inclusive', () => {
  let run: Run;
  beforeAll(async () => {
    const [year, month, date] = utc(lastSecond).slice(0, 10).split('-');
    run = await sync(configFor(sandbox, { end_date: `${month}/${date}/${year}` }), { streams: lasting });
  });

  test.each(lasting)('%s', (stream) => {
    const due = until(stream, lastSecond);
    expect(due.length).toBeLessThan(rowsOf(sandbox, stream).length);
    expectRows(run.records(stream), due);
    expect(cursorOf(run, stream)).toBe(Math.min(lastSecond, Math.max(...due.map(changedAt))));
    if (stream === 'orders' || stream === 'collections') expect(cursorOf(run, stream)).toBe(lastSecond);
  });

  test('the API is asked for a second more than that, and for no more', () => {
    const queries = sandbox.requests.filter(({ query }) => query.includes('sort_by'));
    expect(queries).toHaveLength(sorted.length);
    for (const { query } of queries)
      expect(new URLSearchParams(query).get('updated_at_max')).toBe(utc(lastSecond + 1000));
  });

  test('without it, the next sync brings the rest', async () => {
    const rest = await sync(configFor(sandbox), { streams: ['orders', 'products'], state: run });
    for (const stream of ['orders', 'products'] as const) {
      const from = cursorOf(run, stream);
      expectRows(
        rest.records(stream),
        rowsOf(sandbox, stream).filter((row) => changedAt(row) >= from),
      );
    }
  });
});

describe('a time is inclusive to its second', () => {
  test.each([
    ['the second of a row', 0, 1],
    ['the second before it', -1000, 0],
  ])('%s', async (_name, shift, count) => {
    for (const stream of ['orders', 'collections'] as const) {
      const [row] = sandbox.rows(stream);
      const end = lastSecond + shift;
      const run = await sync(configFor(sandbox, { end_date: utc(end).replace('+00:00', 'Z') }), {
        streams: [stream],
      });
      expect(run.records(stream).filter(({ id }) => id === row?.['id'])).toHaveLength(count);
      expectRows(run.records(stream), until(stream, end));
      if (stream === 'orders') expect(boundsOf('/orders').get('updated_at_max')).toBe(utc(end + 1000));
    }
  });
});

test('the last second is whole, be the upper bound of the API exclusive', async () => {
  const exclusive: Change = async ({ query }, pass) => {
    const end = query.get('updated_at_max');
    if (end !== null) query.set('updated_at_max', utc(Date.parse(end) - 1000));
    return pass(query);
  };
  const end_date = utc(lastSecond).replace('+00:00', 'Z');
  const run = await syncThrough(sandbox, exclusive, { streams: ['orders'] }, { end_date });
  expectRows(run.records('orders'), until('orders', lastSecond));
});

test('an end_date in the future changes nothing but the bound', async () => {
  const run = await sync(configFor(sandbox, { end_date: '2090-01-01' }), { streams: ['orders'] });
  expect(boundsOf('/orders').get('updated_at_max')).toBe('2090-01-02T00:00:00+00:00');
  expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
  expect(cursorOf(run, 'orders')).toBeLessThanOrEqual(Date.now() - 30 * 60_000);
});
