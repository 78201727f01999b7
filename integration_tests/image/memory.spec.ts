import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { docker, image } from './engine.ts';
import { runImage } from './run-image.ts';
import { catalogFor, configFor, startStore } from './store.ts';

/** A quarter of what the platform asks for a source of an API; beyond it the kernel ends the process. No swap. */
const limits = ['--memory=256m', '--memory-swap=256m', '--cpus=1'];

let store: Sandbox;
beforeAll(async () => {
  store = await startStore({ size: 'demo' });
});
afterAll(() => store.close());

test('in 256 MB, on one core, every stream is COMPLETE [IMG-06]', async () => {
  const places = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];
  const limit = await docker([
    'run',
    '--rm',
    ...limits,
    '--entrypoint=sh',
    image,
    '-c',
    `cat ${places.join(' ')} 2>/dev/null || true`,
  ]);
  expect(limit, 'the engine sets no limit, so that nothing is tested').toBe(String(256 * 2 ** 20));

  const config = configFor(store);
  const catalog = await catalogFor(config);
  const run = await runImage('read', {
    files: { config, catalog },
    options: ['--rm', ...limits],
    timeout: 120_000,
  });
  expect(run.exitCode).toBe(0);
  expect(run.records('charges')).toHaveLength(store.served('/charges').length);
  expect(run.stdout.length).toBeGreaterThan(40_000_000);
}, 180_000);
