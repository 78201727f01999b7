import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/airbyte/index.ts';
import { recordValidator } from '../../src/airbyte/testing/index.ts';
import { nestedTables } from '../../src/streams/nested-tables.ts';
import { runConnector } from '../harness/run-connector.ts';
import { read, textOf } from './files.fixture.ts';
import { acceptanceFiles, keyOf } from './files.ts';
import { acceptanceStore } from './store.ts';

/** acceptance-test-config.yml and the files it names; `npm run acceptance-files` writes anew what follows from the catalog. */
const store = await acceptanceStore();
const run = await store.read();

const written = () => acceptanceFiles(store.streams, (stream) => run.records(stream));

test.each(['configured_catalog.json', 'abnormal_state.json', 'sample_state.json'])(
  '%s is of the streams there are (npm run acceptance-files)',
  async (file) => {
    expect(await read(file)).toEqual(JSON.parse(written()[file] ?? ''));
  },
);

/** Which rows of the sandbox have items, and which events there are, depends on the time of day. */
const ofTheHour = new Set(['events', 'deleted_records', ...nestedTables.map(({ name }) => name)]);

test('expected_records.jsonl has a record of each stream, and each is read that does not depend on the hour (npm run acceptance-files) [T42]', async () => {
  const lines = (await textOf('integration_tests/expected_records.jsonl')).trimEnd().split('\n');
  const expected = lines.map((line) => JSON.parse(line) as { stream: string; data: JsonObject });
  expect(expected.map(({ stream }) => stream)).toEqual(store.streams.map(({ name }) => name));
  for (const [index, stream] of store.streams.entries()) {
    const { data = {} } = expected[index] ?? {};
    const validate = recordValidator(stream.json_schema);
    expect([stream.name, validate(data) ? [] : validate.errors]).toEqual([stream.name, []]);
    if (ofTheHour.has(stream.name)) continue;
    expect(run.records(stream.name).map((record) => keyOf(stream, record))).toContain(keyOf(stream, data));
  }
});

test('with invalid_config.json check is FAILED, exit 0 [T23]', async () => {
  const config = { ...(await read<JsonObject>('invalid_config.json')), api_url: store.sandbox.url };
  const checked = await runConnector(['check'], { files: { config } });
  expect(checked.of('CONNECTION_STATUS').map(({ connectionStatus }) => connectionStatus)).toEqual([
    { status: 'FAILED', message: expect.stringMatching(/token/i) },
  ]);
  expect([checked.exitCode, checked.of('TRACE')]).toEqual([0, []]);
});

test('a stream that does not exist, in modes that do not exist, is one TRACE ERROR [CONF-03, T45]', async () => {
  const stream = { name: '__AIRBYTE__stream_that_does_not_exist', json_schema: {}, supported_sync_modes: [] };
  const catalog = { streams: [{ stream, sync_mode: 'INVALID', destination_sync_mode: 'INVALID' }] };
  const refused = await runConnector(['read'], { files: { config: store.config, catalog } });
  expect(refused.errors()).toHaveLength(1);
  expect(refused.exitCode).toBe(1);
});

describe('acceptance-test-config.yml in high strictness [STD-03]', () => {
  const suites = 'spec connection discovery basic_read full_refresh incremental connector_attributes';

  test('every suite has tests or a reason to bypass it', async () => {
    const config = await textOf('acceptance-test-config.yml');
    expect(config).toContain('test_strictness_level: high');
    // Each would make airbyte-cdk fail or refuse the file.
    expect(config).not.toMatch(/^ *(?:- )?(?:empty_streams|expect_records):/m);
    for (const suite of suites.split(' '))
      expect(config).toMatch(new RegExp(`^  ${suite}:\\n    tests:\\n`, 'm'));
    expect(config).toMatch(/^ {2}connector_documentation:\n {4}bypass_reason: /m);
  });

  test('basic_read has no catalog of its own, incremental a future state', async () => {
    const config = await textOf('acceptance-test-config.yml');
    const part = (suite: string) =>
      new RegExp(`^  ${suite}:\\n((?: {4}.*\\n)+)`, 'm').exec(config)?.[1] ?? '';
    expect(part('basic_read')).not.toContain('configured_catalog_path');
    expect(part('incremental')).toContain('future_state_path: integration_tests/abnormal_state.json');
  });

  test('every file it names is there, but the secret one', async () => {
    const config = await textOf('acceptance-test-config.yml');
    const files = [...config.matchAll(/\b(?:integration_tests\/\w+\.jsonl?|spec\.json)/g)].map(
      ([file]) => file,
    );
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(await textOf(file)).not.toBe('');
  });
});
