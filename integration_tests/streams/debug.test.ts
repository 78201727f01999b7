import { expect, test } from 'vitest';
import { configFor, sync, openStore } from './connection.ts';

test('with --debug each answer of the API has a line, without its query', async () => {
  const sandbox = await openStore();
  sandbox.failNext('error503');
  const run = await sync(configFor(sandbox), { streams: ['store'] });
  const lines = run.logs().filter((line) => line.startsWith('DEBUG GET '));
  expect(lines).toEqual([
    expect.stringMatching(/^DEBUG GET \/store: 503 after \d+ ms, rate limit (\d+\/\d+|not told)$/),
    expect.stringMatching(/^DEBUG GET \/store: 200 after \d+ ms, rate limit \d+\/\d+$/),
  ]);
});
