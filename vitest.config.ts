import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// What is random in any test is drawn from this seed: `SEED=123 npm test` draws the same again.
process.env['SEED'] ??= String(randomInt(2 ** 31));

/** What every configuration of Vitest here shares. */
export const shared = {
  root: import.meta.dirname,
  globalSetup: [`${import.meta.dirname}/scripts/around-tests.ts`],
  setupFiles: [`${import.meta.dirname}/src/random.setup.ts`],
  env: {
    // Each connector is a process of its own, and starts in half the time if its code is not compiled again.
    NODE_COMPILE_CACHE: join(tmpdir(), 'source-recharge-compiled'),
  },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** Of tests that stay on this machine: what it trusts beside Node costs each connector a third of its start. */
export const local = {
  ...shared,
  env: { ...shared.env, NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '', REQUESTS_CA_BUNDLE: '' },
};

export const folders = ['src', 'sandbox', 'doctor', 'scripts', 'integration_tests'];

/** `npm test`: all that finds a mistake within minutes. What takes longer is in vitest.deep.config.ts. */
export default defineConfig({
  test: {
    ...local,
    include: folders.map((folder) => `${folder}/**/*.test.ts`),
    exclude: ['**/node_modules/**', '**/*.deep.test.ts'],
    // More than there are processors: most tests wait for a connector, and most connectors for a server.
    maxWorkers: 3,
    isolate: false,
  },
});
