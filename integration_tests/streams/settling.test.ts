import { describe, expect, test } from 'vitest';
import { type Sandbox } from '../../sandbox/index.ts';
import { configFor, cursorOf, openStore, sync, syncThrough } from './connection.ts';
import { changedAt, expectRows, rowsOf } from './expectations.ts';
import type { Change } from './front.ts';
import { expectSettled, minute } from './settling.fixture.ts';

const streams = ['orders', 'collections'] as const;

let sandbox: Sandbox;

test('rows are read right up to now, the cursor stops 30 minutes before the page was asked for', async () => {
  sandbox = await openStore();
  const changed = streams.map((stream) => {
    const [row] = sandbox.rows(stream);
    return sandbox.update(stream, Number(row?.['id']));
  });
  const begun = Date.now();
  const run = await sync(configFor(sandbox), { streams });
  for (const [index, stream] of streams.entries()) {
    const fresh = run.records(stream).find(({ id }) => id === changed[index]?.['id']);
    expect(fresh?.['updated_at']).toBe(changed[index]?.['updated_at']);
    expect(cursorOf(run, stream)).toBeLessThanOrEqual(Date.now() - 30 * minute);
    expect(cursorOf(run, stream)).toBeGreaterThanOrEqual(Math.floor(begun / 1000) * 1000 - 30 * minute);
  }
});

test.each([0, Number.MAX_SAFE_INTEGER])('settling_minutes %d', expectSettled);

test('a row from the future of our clock is emitted, and the cursor does not follow it', async () => {
  sandbox = await openStore();
  sandbox.advance(120 * minute);
  const [order] = sandbox.rows('orders');
  const changed = sandbox.update('orders', Number(order?.['id']));
  const run = await sync(configFor(sandbox, { settling_minutes: 0 }), { streams: ['orders'] });
  expect(changedAt(changed)).toBeGreaterThan(Date.now() + 119 * minute);
  expect(run.records('orders').find(({ id }) => id === changed['id'])?.['updated_at']).toBe(
    changed['updated_at'],
  );
  expect(cursorOf(run, 'orders')).toBeLessThanOrEqual(Date.now());
});

describe('clocks that differ (docs/state.md)', () => {
  const hour = 60 * minute;
  const dated =
    (date: number): Change =>
    async (_, pass) => {
      const answer = await pass();
      return { ...answer, headers: { ...answer.headers, date: new Date(date).toUTCString() } };
    };

  test.each(streams)("%s: a machine ahead of the API goes by the API's clock", async (stream) => {
    const apiTime = Math.floor(Date.now() / 1000) * 1000 - 2 * hour;
    sandbox = await openStore({ now: new Date(apiTime), frozen: true });
    for (const { id } of sandbox.rows(stream).slice(0, 3)) sandbox.update(stream, Number(id));
    const run = await syncThrough(sandbox, dated(apiTime), { streams: [stream] });
    expect(Math.max(...run.records(stream).map(changedAt))).toBe(apiTime);
    expect(cursorOf(run, stream)).toBeLessThanOrEqual(apiTime - 30 * minute);
    expect(cursorOf(run, stream)).toBeGreaterThan(apiTime - 100 * 24 * hour);
  });

  test('a machine whose clock is slow goes by its own: it reads a little more again, and loses nothing', async () => {
    sandbox = await openStore();
    sandbox.advance(2 * hour);
    sandbox.update('orders', Number(sandbox.rows('orders')[0]?.['id']));
    const run = await syncThrough(sandbox, dated(Date.now() + 2 * hour), { streams: ['orders'] });
    expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
    expect(cursorOf(run, 'orders')).toBeLessThanOrEqual(Date.now() - 30 * minute);
  });
});
