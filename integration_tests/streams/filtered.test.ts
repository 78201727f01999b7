import { describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { configFor, cursorOf, sync, utc, openStore, syncThrough } from './connection.ts';
import { cursorFieldOf, expectRows, rowsOf } from './expectations.ts';
import { type Change } from './front.ts';

const day = 86_400_000;

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
  sandbox = await openStore(options);
};
const asked = (path: string) => sandbox.requests.filter((entry) => entry.path === path);

describe.each(['events', 'deleted_records'] as const)('%s, which Recharge keeps for seven days', (stream) => {
  const boundOf = () =>
    Date.parse(new URLSearchParams(asked('/events')[0]?.query).get('created_at_min') ?? '');

  test('a first sync asks for the seven days, whatever start_date says, without a word', async () => {
    await start();
    const run = await sync(configFor(sandbox), { streams: [stream] });
    expect(Math.abs(boundOf() - (Date.now() - 7 * day))).toBeLessThan(30_000);
    expectRows(run.records(stream), rowsOf(sandbox, stream));
    expect(run.warnings()).toEqual([]);
  });

  test('a saved cursor from before is a gap: WARN with its ends, and all there is', async () => {
    await start();
    const saved = utc(Date.now() - 20 * day);
    const begun = Date.now();
    const run = await sync(configFor(sandbox), {
      streams: [stream],
      state: { [stream]: { [cursorFieldOf(stream)]: saved } },
    });
    expect(run.exitCode).toBe(0);
    expectRows(run.records(stream), rowsOf(sandbox, stream));
    const [warning, ...others] = run.warnings();
    const [, from, to = ''] = /^WARN \w+: .*from (\S+) to (\S+) are missing/.exec(warning ?? '') ?? [];
    expect([from, others]).toEqual([saved, []]);
    expect(Math.abs(Date.parse(to) - (begun - 7 * day))).toBeLessThan(30_000);
    // Asked for somewhat before, as clocks differ, but not from where the API refuses: eight days.
    expect(boundOf()).toBeLessThan(Date.parse(to));
    expect(boundOf()).toBeGreaterThan(begun - 8 * day);
  });

  test('a week without events is no gap: the cursor follows', async () => {
    await start({ size: { events: 0 } });
    const run = await sync(configFor(sandbox), { streams: [stream] });
    expect(run.exitCode).toBe(0);
    expect(Date.now() - cursorOf(run, stream)).toBeLessThan(2 * day);
    expect(cursorOf(run, stream)).toBeLessThanOrEqual(Date.now() - day);
  });

  test('never later than end_date, after which events are still to come', async () => {
    await start();
    const end = utc(Date.now() - 3 * day).slice(0, 10);
    const run = await sync(configFor(sandbox, { end_date: end }), { streams: [stream] });
    // Times without zone may be UTC's or New York's, five hours apart at most.
    expect(cursorOf(run, stream)).toBeLessThanOrEqual(Date.parse(`${end}T23:59:59Z`) + 5 * 3_600_000);
    const rest = await sync(configFor(sandbox), { streams: [stream], state: run });
    const ids = [...run.records(stream), ...rest.records(stream)].map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(rowsOf(sandbox, stream).map(({ id }) => id)));
  });

  test('a machine whose clock is slow asks for too much: the whole listing is read', async () => {
    await start();
    const change: Change = async ({ query }, pass) =>
      query.has('created_at_min')
        ? {
            status: 422,
            headers: {},
            body: '{"errors":{"_schema":["created_at_min must be less than 7 days ago"]}}',
          }
        : pass();
    const run = await syncThrough(sandbox, change, { streams: [stream] });
    expect(run.exitCode).toBe(0);
    expectRows(run.records(stream), rowsOf(sandbox, stream));
    expect(run.warnings()).toEqual([expect.stringMatching(`^WARN ${stream}: .*whole listing is read`)]);
  });
});

describe('deleted_records', () => {
  test('is what was deleted, whether the API keeps to the verb or not', async () => {
    await start();
    const change: Change = async ({ query }, pass) => {
      query.delete('verbs');
      return pass(query);
    };
    const run = await syncThrough(sandbox, change, { streams: ['deleted_records'] });
    expectRows(run.records('deleted_records'), rowsOf(sandbox, 'deleted_records'));
    expect(sandbox.served('/events').length).toBeGreaterThan(run.records('deleted_records').length);
    expect([run.exitCode, run.warnings()]).toEqual([0, []]);
  });

  test('tells of a deletion between two syncs', async () => {
    await start();
    const first = await sync(configFor(sandbox), { streams: ['deleted_records'] });
    const id = Number(rowsOf(sandbox, 'subscriptions')[0]?.['id']);
    sandbox.remove('subscriptions', id);
    const second = await sync(configFor(sandbox), { streams: ['deleted_records'], state: first });
    expect(second.records('deleted_records')).toContainEqual(
      expect.objectContaining({ object_type: 'subscription', object_id: id }),
    );
  });
});

test('a refused filter is said once a listing, however many tables are fed by it', async () => {
  await start();
  const refusing: Change = async ({ query }, pass) =>
    query.has('created_at_min') ? { status: 422, headers: {}, body: '{"errors":"no"}' } : pass();
  const both = await syncThrough(sandbox, refusing, { streams: ['event_updated_attributes', 'events'] });
  const child = await syncThrough(sandbox, refusing, { streams: ['event_updated_attributes'] });
  expect([both.exitCode, child.exitCode]).toEqual([0, 0]);
  expect(child.records().length).toBe(both.records('event_updated_attributes').length);
  const said = (stream: string) => [expect.stringMatching(`^WARN ${stream}: .*whole listing is read`)];
  expect([both.warnings(), child.warnings()]).toEqual([said('events'), said('event_updated_attributes')]);
});

test('any refusal but that of the filter fails the stream', async () => {
  await start();
  const change: Change = async () => ({
    status: 422,
    headers: {},
    body: '{"errors":"no credits on this plan"}',
  });
  const run = await syncThrough(sandbox, change, { streams: ['credit_accounts'] });
  expect([run.exitCode, run.errors()]).toEqual([
    1,
    [expect.objectContaining({ message: expect.stringMatching(/credit_accounts.*422.*no credits/) })],
  ]);
});
