import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../index.ts';
import { ask, listOf, shared } from './client.ts';

const sandbox = await shared({ bucketSize: 10_000 });

// docs/recharge-api.md#token
describe('authentication', () => {
  it('refuses a missing or unknown token with 401', async () => {
    for (const token of ['', 'sk_test_1x1_wrong', `${sandbox.token} x`]) {
      const answer = await ask(sandbox, '/orders', '2021-11', { 'X-Recharge-Access-Token': token });
      expect([answer.status, answer.body]).toEqual([401, { error: 'bad authentication' }]);
    }
    expect((await ask(sandbox, '/nowhere', '2021-11', { 'X-Recharge-Access-Token': 'x' })).status).toBe(401);
  });

  it.each(['X-RECHARGE-ACCESS-TOKEN', 'x-recharge-access-token'])(
    'takes the token from the header %s',
    async (name) => {
      const status = await new Promise((resolve, reject) => {
        const call = request(`${sandbox.url}/`, { headers: { [name]: sandbox.token } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject);
        call.end();
      });
      expect(status).toBe(200);
    },
  );
});

// docs/recharge-api.md#scopes
describe('scopes', () => {
  const SCOPED = [
    ['/customers', 'read_customers'],
    ['/addresses', 'read_customers'],
    ['/charges', 'read_orders'],
    ['/orders', 'read_charges'],
    ['/subscriptions', 'read_subscriptions'],
    ['/onetimes', 'read_subscriptions'],
    ['/bundle_selections', 'read_subscriptions'],
    ['/retention_strategies', 'read_subscriptions'],
    ['/collections', 'read_products'],
    ['/plans', 'read_plans'],
    ['/plans', 'read_products'],
    ['/discounts', 'read_discounts'],
    ['/payment_methods', 'read_payment_methods'],
    ['/events', 'read_events'],
    ['/credit_accounts', 'read_credit_accounts'],
    ['/credit_adjustments', 'read_credit_adjustments'],
    ['/gift_purchases', 'read_gift_purchases'],
    ['/accounts', 'read_accounts'],
    ['/async_batches', 'read_batches'],
    ['/store', 'store_info'],
    ['/store', 'read_store'],
    ['/metafields?owner_resource=customer', 'read_customers'],
    ['/metafields?owner_resource=store', 'store_info'],
    ['/metafields?owner_resource=order', 'read_orders'],
  ] as const;

  it.each(SCOPED)('%s needs the scope %s', async (path, scope) => {
    const bare = await startSandbox({ scopes: [] });
    const scoped = await startSandbox({ scopes: [scope] });
    const refused = await ask(bare, path);
    expect([refused.status, typeof refused.body['error']]).toEqual([403, 'string']);
    expect((await ask(scoped, path)).status).toBe(200);
    await Promise.all([bare.close(), scoped.close()]);
  });

  it('/ and /token_information need no scope', async () => {
    const bare = await startSandbox({ scopes: [] });
    expect((await ask(bare, '/')).status).toBe(200);
    expect((await ask(bare, '/token_information')).body['token_information']).toMatchObject({ scopes: [] });
    await bare.close();
  });
});

// docs/recharge-api.md#versions
describe('versions', () => {
  it('uses the store’s default version without the header', async () => {
    const newer = await startSandbox({ defaultVersion: '2021-11' });
    expect(Object.keys((await ask(sandbox, '/customers', '')).body)).toEqual(['customers']);
    expect(Object.keys((await ask(newer, '/customers', '')).body)).toContain('next_cursor');
    await newer.close();
  });

  it('refuses an unknown version with 426', async () => {
    const answer = await ask(sandbox, '/customers', '', { 'X-Recharge-Version': '2024-01' });
    expect(answer.status).toBe(426);
  });

  it.each([
    ['/plans', '2021-01'],
    ['/store', '2021-01'],
    ['/collections', '2021-01'],
    ['/events', '2021-01'],
    ['/shop', '2021-11'],
    ['/customers/1/credit_summary', '2021-01'],
  ] as const)('answers %s in %s with 501', async (path, version) => {
    expect((await ask(sandbox, path, version)).status).toBe(501);
  });

  it('answers an unknown path or id with 404 and the recorded body', async () => {
    for (const path of [
      '/nowhere',
      '/orders/1',
      '/orders/1/2',
      '/async_batch_tasks',
      '/store/1',
      '/orders/x',
    ]) {
      const answer = await ask(sandbox, path);
      expect([path, answer.status, answer.body]).toEqual([path, 404, { errors: 'Not Found' }]);
    }
  });

  it('refuses every method but GET with 405', async () => {
    const headers = { 'X-Recharge-Access-Token': sandbox.token, 'X-Recharge-Version': '2021-11' };
    expect((await fetch(`${sandbox.url}/orders`, { method: 'POST', headers })).status).toBe(405);
  });
});

// docs/recharge-api.md#token-information
describe('token information', () => {
  it('/ answers with a summary of the store in both versions', async () => {
    for (const version of ['2021-01', '2021-11'] as const) {
      const { body } = await ask(sandbox, '/', version);
      expect(Object.keys(body['store'] as object)).toEqual([
        'country',
        'currency',
        'email',
        'iana_timezone',
        'province',
        'shop_owner',
        'store_id',
        'store_name',
        'store_timezone',
        'store_url',
      ]);
    }
  });

  it('wraps /token_information unless flatTokenInformation is set', async () => {
    const flat = await startSandbox({ flatTokenInformation: true, scopes: ['read_events'] });
    expect(Object.keys((await ask(sandbox, '/token_information')).body)).toEqual(['token_information']);
    expect((await ask(flat, '/token_information')).body['scopes']).toEqual(['read_events']);
    await flat.close();
  });

  it('opens every list with the default scopes', async () => {
    for (const path of ['/memberships', '/membership_programs', '/entitlements', '/webhooks']) {
      expect(listOf(await ask(sandbox, path)).length).toBeGreaterThan(0);
    }
  });
});
