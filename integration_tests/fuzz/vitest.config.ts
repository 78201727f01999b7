import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

/** `npm run test:fuzz`. DEEP=5 is the short form of the gate: a twentieth as many inputs. */
export default defineConfig({
  test: {
    ...shared,
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    // Certificates are read for each of thousands of runs, and none is needed.
    env: {
      ...shared.env,
      DEEP: process.env['DEEP'] ?? '100',
      SSL_CERT_FILE: '',
      REQUESTS_CA_BUNDLE: '',
    },
    maxWorkers: 2,
    testTimeout: 3_600_000,
  },
});
