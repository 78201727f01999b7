import { describe, expect, test } from 'vitest';
import { configFor, sync, openStore, syncThrough } from './connection.ts';
import { expectRows, rowsOf } from './expectations.ts';
import { ofSevenDays } from './filtered.fixture.ts';
import { type Change } from './front.ts';

describe('events, which Recharge keeps for seven days', () => {
  test.each(Object.entries(ofSevenDays))('%s', (_title, holds) => holds('events'));
});

describe('deleted_records', () => {
  test('is what was deleted, whether the API keeps to the verb or not', async () => {
    const sandbox = await openStore();
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
    const sandbox = await openStore();
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
  const sandbox = await openStore();
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
  const sandbox = await openStore();
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
