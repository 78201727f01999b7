import { expect, test } from 'vitest';
import { configure } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { acceptanceStore } from './store.ts';

/** What becomes of a configuration on its way into the process. */
const store = await acceptanceStore();

test('with DEPLOYMENT_MODE=CLOUD no api_url is taken [RUN-05]', async () => {
  const before = store.sandbox.requests.length;
  const checked = await runConnector(['check'], {
    files: { config: store.config },
    env: { DEPLOYMENT_MODE: 'cloud' },
  });
  const [status] = checked.of('CONNECTION_STATUS');
  expect(status?.connectionStatus).toMatchObject({
    status: 'FAILED',
    message: expect.stringMatching(/api_url.*Airbyte Cloud/),
  });
  const read = await store.read({ env: { DEPLOYMENT_MODE: 'CLOUD' } });
  expect(read.errors()).toMatchObject([{ failure_type: 'config_error' }]);
  expect([checked.exitCode, read.exitCode]).toEqual([0, 1]);
  expect(store.sandbox.requests).toHaveLength(before);
});

test('a token with space and a line end around it is the token [UI-11]', async () => {
  const config = { ...store.config, access_token: `  ${store.sandbox.token}\r\n` };
  const checked = await runConnector(['check'], { files: { config }, secrets: [store.sandbox.token] });
  expect(checked.of('CONNECTION_STATUS')).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
  const catalog = configure(store.streams, { streams: ['discounts'] });
  const read = await runConnector(['read'], { files: { config, catalog } });
  expect(read.exitCode).toBe(0);
  expect(read.records('discounts').length).toBeGreaterThan(0);
});

// src/config/config.test.ts has each form.
test('dates as programs print them are the instants that they say [UI-04]', async () => {
  const config = {
    ...store.config,
    start_date: '2020-03-05T17:30:15-0500',
    end_date: '2020-03-05 22:30:15.25',
  };
  const before = store.sandbox.requests.length;
  const catalog = configure(store.streams, { streams: ['orders'] });
  const read = await runConnector(['read'], { files: { config, catalog } });
  expect(read.exitCode).toBe(0);
  const queries = store.sandbox.requests.slice(before).map(({ query }) => new URLSearchParams(query));
  expect(queries.map((query) => [query.get('updated_at_min'), query.get('updated_at_max')])).toEqual([
    ['2020-03-05T22:30:15+00:00', '2020-03-05T22:30:16+00:00'],
  ]);
});
