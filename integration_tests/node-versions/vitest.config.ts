import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

/**
 * The built file under other versions of Node, which the tests install:
 * `npx vitest run --config integration_tests/node-versions/vitest.config.ts`. They end in .spec.ts so that `npm test`
 * leaves them alone.
 */
export default defineConfig({
  test: {
    ...shared,
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
