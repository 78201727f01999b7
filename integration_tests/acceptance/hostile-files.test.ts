import { expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { configFor } from '../streams/connection.ts';
import { catalogOf, storeOfFew } from './hostile-files.fixture.ts';

/** What stands in a catalog, a state or a configuration as nobody means it: one clear failure, or a sync that is right. */
const sandbox = await storeOfFew();

test('a catalog of 100,000 streams is refused', async () => {
  const run = await runConnector(['read'], {
    files: { config: configFor(sandbox), catalog: catalogOf(100_000) },
    unchecked: true,
  });
  expect(run.errors()).toEqual([
    {
      failure_type: 'config_error',
      message: 'The configured catalog has 100000 streams, more than the 10000 that are read at most.',
    },
  ]);
  expect([run.exitCode, run.stderr]).toEqual([1, '']);
});

test('a cap near nothing is raised, with a WARN, and does not slow check', async () => {
  const config = configFor(sandbox, { max_requests_per_second: 1e-9 });
  const run = await runConnector(['check'], { files: { config } });
  expect(run.of('CONNECTION_STATUS')[0]?.connectionStatus.status).toBe('SUCCEEDED');
  expect(run.logs()).toContain(
    'WARN max_requests_per_second is below 0.1, the least that a sync can work with: 0.1 is taken.',
  );
  expect(run.duration).toBeLessThan(8_000);
});
