import { expect, test } from 'vitest';
import type { JsonObject, StateMessage } from '../../src/airbyte/index.ts';
import type { ConfiguredCatalog } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { read } from './files.fixture.ts';
import { acceptanceStore } from './store.ts';

/** The files that make a sync of every stream. */
const store = await acceptanceStore();

test('from abnormal_state.json no stream has a row, none goes back, and each sends a state [STI-05, T51]', async () => {
  const state = await read<StateMessage[]>('abnormal_state.json');
  const catalog = await read<ConfiguredCatalog>('configured_catalog.json');
  const sync = await store.read({ catalog, state });
  expect(sync.exitCode).toBe(0);
  for (const { stream } of state) {
    const { name } = stream.stream_descriptor;
    expect([name, sync.records(name)]).toEqual([name, []]);
    expect([name, sync.lastState(name)]).toEqual([name, stream.stream_state]);
  }
});

test('sample_config.json and sample_state.json, with a token in place, make a sync', async () => {
  const { token, url } = store.sandbox;
  const config = { ...(await read<JsonObject>('sample_config.json')), access_token: token, api_url: url };
  const [catalog, state] = await Promise.all([read('configured_catalog.json'), read('sample_state.json')]);
  const sync = await runConnector(['read'], { files: { config, catalog, state } });
  expect(sync.exitCode).toBe(0);
  expect(sync.records('orders').length).toBeGreaterThan(0);
});
