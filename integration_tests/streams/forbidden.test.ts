import { describe, expect, test } from 'vitest';
import type { FaultMatch, MadeAnswer } from '../../sandbox/http/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, openStore, quickToken, sync } from './connection.ts';
import { endpointOf, expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** What a 403 comes with, by the stream that gets it, and whose it is. */
const html = '<!doctype html>\n<title>Just a moment…</title>';
const challenge = { 'cf-mitigated': 'challenge' };
const bodies: readonly (readonly [stream: string, 'api' | 'gateway', Omit<MadeAnswer, 'status'>])[] = [
  ['accounts', 'api', { body: '{"error":"no access"}' }],
  ['addresses', 'api', { body: 'Forbidden', headers: { 'Content-Type': 'text/html' } }],
  ['charges', 'api', {}],
  ['plans', 'api', { body: '[]' }],
  ['customers', 'gateway', { body: html }],
  ['discounts', 'gateway', { body: `\uFEFF \n${html}`, headers: challenge }],
  ['orders', 'gateway', { body: '{"error":"no access"}', headers: challenge }],
  ['events', 'gateway', { headers: challenge }],
];
const streamsOf = (whose: 'api' | 'gateway') =>
  bodies.filter((body) => body[1] === whose).map(([stream]) => stream);

type Knowledge = 'granted' | 'lacking' | 'unknown';
const knowledge: readonly Knowledge[] = ['granted', 'lacking', 'unknown'];

/** A store whose token grants every scope, or that of `store` alone, or does not tell. */
async function storeWhere(scopes: Knowledge): Promise<Sandbox> {
  const sandbox = await startSandbox({
    token: quickToken,
    ...(scopes === 'lacking' && { scopes: ['store_info'] }),
  });
  if (scopes === 'unknown') sandbox.answerNext({ status: 404 }, 1_000, '/token_information');
  return sandbox;
}

const read = (sandbox: Sandbox, names: readonly string[]) =>
  sync(configFor(sandbox), { streams: [...names, 'store'], env: impatient });
const asked = (sandbox: Sandbox, path: string) => sandbox.requests.filter((request) => request.path === path);
const errorOf = (run: Run, stream: string) =>
  run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === stream);
const scopesOf = (stream: string) => endpointOf(stream)?.scopes.join(' or ') ?? '';
const firstPages =
  (stream: string): FaultMatch =>
  ({ path, query }) =>
    path === `/${stream}` && !query.has('cursor');
const laterPages =
  (stream: string): FaultMatch =>
  ({ path, query }) =>
    path === `/${stream}` && query.has('cursor');

describe.each(knowledge)('403 to every request, where the scope is %s [E-07]', async (scopes) => {
  const sandbox = await storeWhere(scopes);
  for (const [stream, , answer] of bodies)
    sandbox.answerNext({ status: 403, ...answer }, 1_000, `/${stream}`);
  // Cut-short waits are for what is asked again.
  const [api, gateway] = await Promise.all([
    sync(configFor(sandbox), { streams: [...streamsOf('api'), 'store'] }),
    read(sandbox, streamsOf('gateway')),
  ]);
  await sandbox.close();

  test.each(bodies)('%s, a 403 of the %s: %j', (stream, whose) => {
    const run = whose === 'api' ? api : gateway;
    const isGateway = whose === 'gateway' && scopes !== 'lacking';
    expect(errorOf(run, stream)).toEqual([
      expect.objectContaining({
        failure_type: isGateway ? 'transient_error' : 'config_error',
        message: expect.stringMatching(
          isGateway ? /^A gateway .*403/ : `^The API token may not read ${stream} \\(403\\)`,
        ),
      }),
    ]);
    const [{ message } = { message: '' }] = errorOf(run, stream);
    const namesScope = !isGateway && scopes !== 'granted';
    expect(message.includes(scopesOf(stream))).toBe(namesScope);
    expect(message).not.toContain('<');
    expect(message.includes('gateway')).toBe(isGateway);
    const { length } = asked(sandbox, `/${stream}`);
    if (whose === 'api') expect(length).toBe(1);
    else if (isGateway) expect(length).toBe(10);
  });

  test('the scopes are asked for once a sync', () => {
    for (const run of [api, gateway]) {
      expect(run.statuses('store').at(-1)).toBe('COMPLETE');
      const told = run.logs().filter((line) => /^DEBUG GET \/token_information: [24]0/.test(line));
      expect(told).toHaveLength(1);
    }
  });
});

describe('a 403 to some requests', () => {
  test('of the gateway, at the first page and at later ones, costs no row', async () => {
    const sandbox = await openStore();
    for (const match of [firstPages('orders'), laterPages('orders')])
      sandbox.answerNext({ status: 403, body: html, headers: challenge }, 2, match);
    const run = await read(sandbox, ['orders']);
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
    expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
  });

  test.each<[Knowledge, boolean]>([
    ['granted', false],
    ['unknown', true],
  ])('of the API at a later page, the scope being %s', async (scopes, namesScope) => {
    const sandbox = await storeWhere(scopes);
    sandbox.answerNext({ status: 403, body: '{}' }, 1_000, laterPages('orders'));
    const run = await read(sandbox, ['orders']);
    await sandbox.close();
    const [error] = errorOf(run, 'orders');
    expect(error).toMatchObject({ failure_type: 'config_error', message: expect.stringContaining('(403)') });
    expect(error?.message.includes('read_orders')).toBe(namesScope);
    expect(run.records('orders').length).toBeGreaterThan(0);
  });

  test('metafields: of four scopes the one that is missing is named', async () => {
    const granted = ['read_customers', 'read_subscriptions', 'store_info'];
    const sandbox = await openStore({ scopes: granted });
    const [error] = errorOf(await read(sandbox, ['metafields']), 'metafields');
    expect(error?.message).toContain('Give it the scope read_orders or read_charges in');
    for (const scope of granted) expect(error?.message).not.toContain(scope);
  });
});

describe.each(knowledge)(
  'filters and flags that are refused by 403, where the scope is %s',
  async (scopes) => {
    const unproven = {
      bundle_selections: 'updated_at_min',
      credit_accounts: 'updated_at_min',
      credit_adjustments: 'updated_at_min',
      memberships: 'include_',
      membership_programs: 'include_deleted',
    };
    const names = Object.keys(unproven);
    const sandbox = await storeWhere(scopes);
    for (const [stream, parameter] of Object.entries(unproven))
      sandbox.answerNext(
        { status: 403, body: '{"error":"Forbidden"}' },
        1_000,
        ({ path, query }) =>
          path === `/${stream}` && [...query.keys()].some((name) => name.startsWith(parameter)),
      );
    const run = await read(sandbox, names);
    await sandbox.close();

    test.each(names)('%s', (stream) => {
      const warnings = run.warnings().filter((line) => line.startsWith(`WARN ${stream}: `));
      if (scopes === 'lacking') {
        expect([asked(sandbox, `/${stream}`).length, warnings]).toEqual([1, []]);
        expect(errorOf(run, stream)).toMatchObject([{ failure_type: 'config_error' }]);
        return;
      }
      expect([errorOf(run, stream), run.statuses(stream).at(-1)]).toEqual([[], 'COMPLETE']);
      expectRows(run.records(stream), sandbox.served(`/${stream}`));
      expect(warnings).toEqual([
        expect.stringMatching('Recharge does not take (updated_at_min|include_\\w+)'),
      ]);
    });
  },
);
