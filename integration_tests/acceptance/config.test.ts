import { afterAll, beforeAll, expect, test } from 'vitest';
import { configure } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { AcceptanceStore } from './store.ts';

/** What becomes of a configuration on its way into the process. */
let store: AcceptanceStore;
beforeAll(async () => {
  store = await AcceptanceStore.start();
});
afterAll(() => store.close());

test.each(['CLOUD', 'cloud'])('with DEPLOYMENT_MODE=%s no api_url is taken [RUN-05]', async (mode) => {
  const env = { DEPLOYMENT_MODE: mode };
  const before = store.sandbox.requests.length;
  const checked = await runConnector(['check'], { files: { config: store.config }, env });
  const [status] = checked.of('CONNECTION_STATUS');
  expect(status?.connectionStatus).toMatchObject({
    status: 'FAILED',
    message: expect.stringMatching(/api_url.*Airbyte Cloud/),
  });
  const read = await store.read({ env });
  expect(read.errors()).toMatchObject([{ failure_type: 'config_error' }]);
  expect([checked.exitCode, read.exitCode]).toEqual([0, 1]);
  expect(store.sandbox.requests).toHaveLength(before);
});

test('a token with space and a line end around it is the token [UI-11]', async () => {
  const config = { ...store.config, access_token: `  ${store.config.access_token}\r\n` };
  const checked = await runConnector(['check'], { files: { config }, secrets: [store.config.access_token] });
  expect(checked.of('CONNECTION_STATUS')).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
  const catalog = configure(store.streams, { streams: ['discounts'] });
  const read = await runConnector(['read'], { files: { config, catalog } });
  expect(read.exitCode).toBe(0);
  expect(read.records('discounts').length).toBeGreaterThan(0);
});
