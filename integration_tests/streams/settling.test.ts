import { describe, expect, test } from 'vitest';
import { type Sandbox } from '../../sandbox/index.ts';
import { configFor, cursorOf, openStore, sync, syncThrough, utc } from './connection.ts';
import { changedAt, expectRows, heldAfter, rowsOf } from './expectations.ts';
import type { ApiRow, Change } from './front.ts';

const minute = 60_000;
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

test.each([0, 1, 100_000_000, Number.MAX_SAFE_INTEGER])('settling_minutes %d', async (settling_minutes) => {
  sandbox = await openStore();
  const changed = sandbox.update('orders', Number(sandbox.rows('orders')[0]?.['id']));
  const run = await sync(configFor(sandbox, { settling_minutes }), { streams: ['orders'] });
  const cursor = cursorOf(run, 'orders');
  const earliest = Date.parse(`${sandbox.firstDay}T00:00:00Z`);
  expect(cursor).toBeLessThanOrEqual(Math.max(earliest, Date.now() - settling_minutes * minute));
  if (settling_minutes === 0) expect(utc(cursor)).toBe(changed['updated_at']);
  if (settling_minutes > 1) expect(cursor).toBe(earliest);
});

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

// docs/recharge-api.md#updates
describe('reads that show writes up to 20 s late', () => {
  /** Two syncs with changes before and within the first; what both together hold. */
  async function twoSyncs(settling_minutes: number): Promise<Record<(typeof streams)[number], ApiRow[]>> {
    const now = new Date(Date.now() - 15_000);
    sandbox = await openStore({ now, replicaLagSeconds: 20, size: { orders: 1_000 } });
    const config = configFor(sandbox, { settling_minutes });
    const ids = streams.map((stream) => sandbox.rows(stream).map(({ id }) => Number(id)));
    let round = 0;
    const change = (): void => {
      round += 1;
      for (const [at, stream] of streams.entries())
        for (let index = round; index < 250; index += 8) {
          const id = ids[at]?.[index];
          if (id !== undefined) sandbox.update(stream, id);
        }
      sandbox.advance(1_500);
    };
    for (let before = 0; before < 6; before += 1) change();
    const first = await sync(config, {
      streams,
      onLine: (line) => {
        if (line.startsWith('{"type":"STATE"') && round < 9) change();
      },
    });
    sandbox.advance(20_000);
    const second = await sync(config, { streams, state: first });
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    return {
      orders: heldAfter('orders', first, second),
      collections: heldAfter('collections', first, second),
    };
  }

  test('two syncs together hold the newest version of every row', async () => {
    const held = await twoSyncs(1);
    for (const stream of streams) expectRows(held[stream], rowsOf(sandbox, stream));
  });

  test('with settling_minutes 0 they would not: rows that came to light late are missing', async () => {
    const held = await twoSyncs(0);
    for (const stream of streams) {
      const times = new Map(held[stream].map(({ id, updated_at }) => [id, updated_at]));
      const missed = rowsOf(sandbox, stream).filter(({ id, updated_at }) => times.get(id) !== updated_at);
      expect(missed.length).toBeGreaterThan(0);
    }
  });
});
