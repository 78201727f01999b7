import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultMatch, MadeAnswer } from '../../sandbox/http/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { check, expectStatus, messageOf } from './check.fixture.ts';
import { type Config, configFor, quickToken } from './connection.ts';
import { everyStream } from './expectations.ts';
import { startFront } from './front.ts';

async function checkStore(options: SandboxOptions, more: Config = {}): Promise<Run> {
  const sandbox = await startSandbox({ token: quickToken, ...options });
  try {
    return await check(configFor(sandbox, more));
  } finally {
    await sandbox.close();
  }
}

describe.concurrent('check succeeds [MSG-02]', () => {
  test('with a good token, by real requests, and names nothing', async () => {
    const sandbox = await startSandbox({ token: quickToken });
    const run = await check(configFor(sandbox));
    await sandbox.close();
    const plans = 'bundle_selections, credit_accounts, credit_adjustments, payment_methods';
    expectStatus(
      run,
      'SUCCEEDED',
      new RegExp(`^(\\d+) of \\1 streams can be synced \\(${plans} may need a higher Recharge plan\\)\\.$`),
    );
    expect(run.warnings()).toEqual([]);
    expect(sandbox.requests.map(({ path, status }) => [path, status])).toEqual([
      ['/token_information', 200],
      ['/customers', 200],
    ]);
  });

  test.each([false, true])(
    'where some scopes are missing, and names what cannot be synced (flat: %j) [E-06]',
    async (flat) => {
      const scopes = ['read_products', 'read_discounts'];
      const run = await checkStore({ scopes, flatTokenInformation: flat });
      const readable = ['collection_products', 'collections', 'discounts', 'plans', 'products', 'webhooks'];
      const [, total] = /^6 of (\d+) streams can be synced\. /.exec(messageOf(run)) ?? [];
      const named = [
        ...messageOf(run).matchAll(/ The API token lacks the scope .+? for ([\w, ]+)\./g),
      ].flatMap(([, names = '']) => names.split(', '));
      expectStatus(run, 'SUCCEEDED');
      expect(run.logs()).toContain(`INFO ${messageOf(run)}`);
      expect(new Set(named).size).toBe(Number(total) - 6);
      expect(named).toEqual(
        expect.arrayContaining(everyStream.filter((stream) => !readable.includes(stream))),
      );
      expect(messageOf(run)).toContain(
        ' lacks the scope read_orders or read_charges for charges, orders, metafields_charge',
      );
    },
  );

  test('after an answer that was broken only once', async () => {
    const sandbox = await startSandbox({ token: quickToken });
    sandbox.failNext('error503', 1, '/token_information');
    sandbox.failNext('truncated', 1, '/customers');
    const run = await check(configFor(sandbox));
    await sandbox.close();
    expectStatus(run, 'SUCCEEDED');
  });

  test('with settings that mean nothing to it, which it names once', async () => {
    const run = await checkStore({}, { lookback_days: 7, shop: 'harbor', __injected: {} });
    expectStatus(run, 'SUCCEEDED');
    expect(run.warnings()).toEqual([
      'WARN The configuration has settings that this connector does not know, and ignores: lookback_days, shop.',
    ]);
  });

  test('where /token_information does not tell the scopes', async () => {
    const sandbox = await startSandbox({ token: quickToken, scopes: ['read_discounts'] });
    const front = await startFront(sandbox, async ({ path }, pass) =>
      path === '/token_information' ? { status: 404, headers: {}, body: '{"errors":"Not Found"}' } : pass(),
    );
    const run = await check(configFor(front));
    await Promise.all([front.close(), sandbox.close()]);
    expectStatus(
      run,
      'SUCCEEDED',
      /^Recharge does not tell the scopes .* Recharge refuses to this token: customers, addresses, /,
    );
  });
});

/** A check of a store that was spoiled, and the paths that it asked for. */
async function checkOf(
  spoil: (sandbox: Sandbox) => void,
  more: Config = {},
): Promise<{ run: Run; requests: string[] }> {
  const sandbox = await startSandbox({ token: quickToken });
  spoil(sandbox);
  const run = await check(configFor(sandbox, more));
  await sandbox.close();
  return { run, requests: sandbox.requests.map(({ path }) => path) };
}

const html = '<!doctype html><title>Just a moment…</title>';
const lists: FaultMatch = ({ path }) => path !== '/token_information';
const untold = (sandbox: Sandbox) => sandbox.answerNext({ status: 404 }, 100, '/token_information');

describe.concurrent('check of a store that refuses [E-06, E-07]', () => {
  const forbidden: readonly MadeAnswer[] = [{ status: 403, body: '{"error":"no"}' }, { status: 403 }];
  const lackingInPlan = [402, 404, 405, 410, 501].map((status): MadeAnswer => ({ status }));
  test.each<[string, readonly MadeAnswer[], (sandbox: Sandbox) => void]>([
    ['its scope being granted', [...forbidden, ...lackingInPlan], () => {}],
    ['its scope being unknown', forbidden, untold],
  ])(
    'some lists, each in another way, %s: SUCCEEDED by the next one, with a WARN',
    async (_name, answers, spoil) => {
      const { run, requests } = await checkOf((sandbox) => {
        for (const answer of answers) sandbox.answerNext(answer, 1, lists);
        spoil(sandbox);
      });
      expect(requests.slice(0, 3)).toEqual(['/token_information', '/customers', '/addresses']);
      expect(requests).toHaveLength(1 + answers.length + 1);
      const refused = requests.slice(1, -1).map((path) => path.slice(1));
      expectStatus(run, 'SUCCEEDED', new RegExp(`Recharge refuses to this token: ${refused.join(', ')}\\.$`));
    },
  );

  test.each<[string, Omit<MadeAnswer, 'status'>, FaultMatch, number]>([
    ['everything', { body: html }, () => true, 3],
    ['every list', { headers: { 'cf-mitigated': 'block' } }, lists, 4],
  ])('a gateway before %s: FAILED at the first', async (_name, answer, match, most) => {
    const { run, requests } = await checkOf((sandbox) =>
      sandbox.answerNext({ status: 403, ...answer }, 100, match),
    );
    expectStatus(run, 'FAILED', /^A gateway .*403/);
    expect([requests.length, new Set(requests).size, run.warnings()]).toEqual([most, most - 2, []]);
  });

  test('a gateway for a moment: SUCCEEDED', async () => {
    const { run } = await checkOf((sandbox) => {
      for (const path of ['/token_information', '/customers'])
        sandbox.answerNext({ status: 403, body: html }, 1, path);
    });
    expectStatus(run, 'SUCCEEDED');
    expect(run.warnings()).toEqual([]);
  });

  test.each<[string, MadeAnswer, RegExp]>([
    [
      '403, though its scopes are granted',
      { status: 403 },
      /^The API token may not read customers \(403\)\. It has the scope/,
    ],
    ['404', { status: 404 }, /^Recharge refuses to list customers \(404\)\..*check api_url/i],
    ['501', { status: 501 }, /^Recharge refuses to list customers \(501\)\..*check api_url/i],
    ['423', { status: 423 }, /^Recharge refuses to list customers \(423\)\..*locked/],
  ])('every list, %s: FAILED', async (_name, answer, message) => {
    const { run } = await checkOf((sandbox) => sandbox.answerNext(answer, 100, lists));
    expectStatus(run, 'FAILED', message);
    expect(run.of('CONNECTION_STATUS')[0]?.connectionStatus.message).not.toMatch(/Give it|may not read any/);
  });
});

describe.concurrent('check is FAILED with a sentence that says what to do', () => {
  test('a bad token, by one request', async () => {
    const { run, requests } = await checkOf(() => {}, { access_token: `sk_test_1x1_${'b8'.repeat(32)}` });
    expectStatus(
      run,
      'FAILED',
      /^Recharge does not accept the API token \(401\)\..* Check access_token: .*\.$/,
    );
    expect(requests).toEqual(['/token_information']);
  });

  test('a token without any read scope', async () => {
    const run = await checkStore({ scopes: ['read_checkouts', 'write_orders'] });
    expectStatus(
      run,
      'FAILED',
      /^The API token may not read any stream\. Give it read access in Recharge under .*\.$/,
    );
  });

  test('a closed port', async () => {
    const sandbox = await startSandbox({ token: quickToken });
    await sandbox.close();
    const run = await check(configFor(sandbox));
    expectStatus(
      run,
      'FAILED',
      /^Recharge could not be reached .*refuses connections.*Check the network .*proxy/,
    );
  });

  test('a name that does not resolve', async () => {
    const api_url = 'https://recharge.invalid';
    const run = await check({ access_token: quickToken, start_date: '2024-01-01', api_url });
    expectStatus(
      run,
      'FAILED',
      /^Recharge could not be reached .*(resolve|no answer in time).*Check the network .*proxy/,
    );
  });
});

describe.concurrent('check of a host that is no Recharge', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ token: quickToken });
  });
  afterAll(() => sandbox.close());

  test.each([
    ['HTML with 200', 200, html, {}],
    ['HTML with 404', 404, html, {}],
    ['JSON with 404', 404, '{"message":"no Route matched with those values"}', {}],
    ['a redirect to another host', 302, '', { location: 'https://www.example.com/' }],
    ['JSON with 200 of another shape', 200, '{"status":"ok"}', {}],
    ['a wrong API version', 426, '{"errors":"Invalid API version"}', {}],
    ['400', 400, '', {}],
  ])('%s', async (_name, status, body, headers) => {
    const front = await startFront(sandbox, async () => ({ status, headers, body }));
    const run = await check(configFor(front));
    await front.close();
    expectStatus(run, 'FAILED', /^Recharge.*api_url.*\.$/);
  });
});
