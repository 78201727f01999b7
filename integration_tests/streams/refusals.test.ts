import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES } from '../../sandbox/api/endpoints.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { configFor, openStore, quickToken, sync } from './connection.ts';
import { endpointOf, everyStream, expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';
import { expectApiUrlNamed, refusedAlike } from './refusals.fixture.ts';

/** Those that not every token opens. */
const guarded = everyStream.filter((stream) => stream !== 'webhooks');

/** The scopes that open a stream where its endpoint does not say so alone, as its refusal names them. */
const otherScopes: Readonly<Record<string, string>> = {
  entitlements: 'read_entitlements (probably) or read_memberships (probably)',
  membership_programs: 'read_memberships (probably)',
  metafields:
    'read_customers and read_orders or read_charges and read_subscriptions and store_info or read_store',
  metafields_address: 'read_customers',
  metafields_charge: 'read_orders or read_charges',
  metafields_customer: 'read_customers',
  metafields_order: 'read_orders or read_charges',
  metafields_store: 'store_info or read_store',
  metafields_subscription: 'read_subscriptions',
  shop: 'store_info or read_store',
  store: 'store_info or read_store',
};
const scopesOf = (stream: string) => otherScopes[stream] ?? endpointOf(stream)?.scopes.join(' or ');

const errorOf = (run: Run, stream: string) =>
  run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === stream);

describe('a token without any scope', () => {
  let run: Run;
  beforeAll(async () => {
    const sandbox = await startSandbox({ token: quickToken, scopes: ['write_orders'] });
    run = await sync(configFor(sandbox), { streams: guarded });
    await sandbox.close();
  });

  test.each(guarded)('%s is refused, with the name of the scope that opens it [E-07]', (stream) => {
    expect(run.statuses(stream)).toEqual(['STARTED', 'INCOMPLETE']);
    expect(errorOf(run, stream)).toEqual([
      expect.objectContaining({
        failure_type: 'config_error',
        message: expect.stringContaining(`Give it the scope ${scopesOf(stream)} in `),
      }),
    ]);
    expect(errorOf(run, stream)[0]?.message).toMatch(
      new RegExp(`^The API token may not read ${stream} \\(403\\)\\..*Tools & apps, API tokens`),
    );
    expect(run.logs()).toContainEqual(
      expect.stringMatching(`^ERROR Exception while syncing stream ${stream}: .*may not read`),
    );
  });

  test('exit 1', () => expect(run.exitCode).toBe(1));
});

describe('a token that lacks one scope', () => {
  test('what it opens is INCOMPLETE, all else is COMPLETE with every row, exit 1', async () => {
    const open = ALL_SCOPES.filter((scope) => !['read_orders', 'read_charges'].includes(scope));
    const sandbox = await startSandbox({ token: quickToken, scopes: open });
    const run = await sync(configFor(sandbox), {
      streams: everyStream.filter((stream) => stream !== 'metafields'),
    });
    const lacking = ['charges', 'metafields_charge', 'metafields_order', 'orders'];
    for (const stream of everyStream.filter((name) => ![...lacking, 'metafields'].includes(name))) {
      expect(run.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
      expectRows(run.records(stream), rowsOf(sandbox, stream));
    }
    await sandbox.close();
    expect(new Set(run.errors().map(({ stream_descriptor }) => stream_descriptor?.name))).toEqual(
      new Set(lacking),
    );
    for (const stream of lacking) expect(run.statuses(stream)).toEqual(['STARTED', 'INCOMPLETE']);
    expect(run.exitCode).toBe(1);
  });

  test('metafields fails where one of its owners is closed: a part is not the whole', async () => {
    const open = ALL_SCOPES.filter((scope) => !['read_orders', 'read_charges'].includes(scope));
    const sandbox = await startSandbox({ token: quickToken, scopes: open });
    const run = await sync(configFor(sandbox), { streams: ['metafields'] });
    await sandbox.close();
    expect([run.exitCode, run.statuses('metafields').at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(run.states('metafields')).toEqual([]);
    expect(errorOf(run, 'metafields')[0]?.message).toContain('read_orders or read_charges');
  });

  // docs/recharge-api.md#scopes
  test('an older scope of the same meaning is as good: read_charges, store_info', async () => {
    const sandbox = await startSandbox({ token: quickToken, scopes: ['read_charges', 'store_info'] });
    const run = await sync(configFor(sandbox), {
      streams: ['charges', 'orders', 'store', 'metafields_store'],
    });
    await sandbox.close();
    expect([run.exitCode, run.errors()]).toEqual([0, []]);
  });
});

describe('a token that was revoked', () => {
  test('fails every stream as a config_error that names access_token', async () => {
    const sandbox = await startSandbox({ token: quickToken });
    const other = `sk_test_99x1_${'b8'.repeat(32)}`;
    const run = await sync(configFor(sandbox, { access_token: other }), { streams: everyStream });
    await sandbox.close();
    expect(run.exitCode).toBe(1);
    for (const stream of everyStream) {
      expect(run.statuses(stream)).toEqual(['STARTED', 'INCOMPLETE']);
      expect(errorOf(run, stream)).toEqual([
        expect.objectContaining({
          failure_type: 'config_error',
          message: expect.stringMatching(
            /does not accept the API token \(401\)\..*bad authentication.*Check access_token/,
          ),
        }),
      ]);
    }
    expect(sandbox.requests).toHaveLength(1);
  });
});

const plan = "The store's plan may not have it: take the stream out of the sync.";
/** What a list is refused with, and what is said of it. */
const statuses: readonly (readonly [stream: string, status: number, words: string])[] = [
  ['accounts', 402, plan],
  ['addresses', 404, plan],
  ['charges', 405, plan],
  ['discounts', 410, plan],
  ['memberships', 501, plan],
  ['orders', 423, 'The store is locked'],
  ['events', 400, 'Take the stream out of the sync and report this'],
];

describe('a list that the store does not have, beside one that it has [E-07]', async () => {
  const sandbox = await startSandbox({ token: quickToken });
  for (const [stream, status] of statuses) {
    const body = '{"errors":"the API says why"}';
    sandbox.answerNext({ status, body }, 1_000, `/${stream}`);
  }
  sandbox.answerNext({ status: 430 }, 2, '/customers');
  const names = [...statuses.map(([stream]) => stream), 'customers'];
  const run = await sync(configFor(sandbox), { streams: names });
  await sandbox.close();

  test.each(statuses)('%s: %d is a config_error, with what to do', (stream, status, words) => {
    const [error, ...others] = errorOf(run, stream);
    expect([error?.failure_type, others]).toEqual(['config_error', []]);
    expect(error?.message).toMatch(
      `Recharge refuses to list ${stream} (${status}). Recharge says: the API says why.`,
    );
    expect(error?.message).toContain(words);
    expect(error?.message).not.toContain('api_url');
    expect(sandbox.requests.filter(({ path }) => path === `/${stream}`)).toHaveLength(1);
  });

  test('430 is asked again', () => expect(run.statuses('customers').at(-1)).toBe('COMPLETE'));
});

describe('a store where every stream is refused alike', () => {
  test('404: each error names api_url [E-07]', () => expectApiUrlNamed(404));

  test('for its scopes: api_url is not to blame', async () => {
    const run = await sync(configFor(await openStore({ scopes: [] })), { streams: refusedAlike });
    expect(run.errors()).toHaveLength(refusedAlike.length);
    for (const { message } of run.errors()) expect(message).not.toContain('api_url');
  });
});

describe('a refusal and a failure of the moment in one sync [E-01, E-02]', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ token: quickToken, scopes: ['read_customers', 'read_discounts'] });
  });
  afterAll(() => sandbox.close());

  test('the transient trace comes first, however late it is: the platform tries again [E-02]', async () => {
    sandbox.failNext('error503', 1_000, '/customers');
    const run = await sync(configFor(sandbox), {
      streams: ['orders', 'customers', 'store', 'discounts'],
      env: impatient,
    });
    expect(run.exitCode).toBe(1);
    expect(run.errors().map((error) => [error.failure_type, error.stream_descriptor?.name])).toEqual([
      ['transient_error', 'customers'],
      ['config_error', expect.stringMatching(/orders|store/)],
      ['config_error', expect.stringMatching(/orders|store/)],
    ]);
    expect(run.statuses('discounts').at(-1)).toBe('COMPLETE');
    const logs = run.logs();
    const refused = logs.findIndex((line) => line.startsWith('ERROR Exception while syncing stream orders:'));
    const failed = logs.findIndex((line) =>
      line.startsWith('ERROR Exception while syncing stream customers:'),
    );
    expect(refused).toBeGreaterThanOrEqual(0);
    expect(refused).toBeLessThan(failed);
  });
});
