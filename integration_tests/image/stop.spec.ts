import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { docker, inspect } from './engine.ts';
import { runImage } from './run-image.ts';
import { catalogFor, configFor, startStore } from './store.ts';

const container = `source-recharge-stop-${process.pid}`;
let store: Sandbox;

beforeEach(async () => {
  store = await startStore();
});
afterEach(async () => {
  await docker(['rm', '--force', container]);
  await store.close();
});

test.each(['TERM', 'INT'])('PID 1 ends within a second of SIG%s [SIG-01, SIG-02, IMG-09]', async (signal) => {
  const config = configFor(store);
  const catalog = await catalogFor(config, ['orders']);
  // The first page comes at once; the connector waits for the second when the signal arrives.
  store.setLatency(({ query }) => (query.has('cursor') ? 20_000 : 0));
  let sentAt = 0;
  const run = await runImage('read', {
    files: { config, catalog },
    options: ['--name', container],
    onLine: (line) => {
      if (sentAt > 0 || !line.includes('"RECORD"')) return;
      sentAt = Date.now();
      void docker(['kill', `--signal=${signal}`, container]);
    },
  });
  const finishedAt = new Date(String(await inspect(container, '.State.FinishedAt'))).getTime();
  expect(run.exitCode).toBe(signal === 'TERM' ? 143 : 130);
  // The engine needs some of this for itself, to carry the signal over.
  expect(finishedAt - sentAt).toBeLessThan(1_000);
  expect(run.statuses('orders')).not.toContain('COMPLETE');
  expect(run.records('orders').length).toBeGreaterThan(0);
});
