import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

/**
 * Tests of the image, which need a container engine: `npx vitest run --config integration_tests/image/vitest.config.ts`.
 * They end in .spec.ts so that `npm test`, which needs none, leaves them alone.
 */
export default defineConfig({
  test: {
    ...shared,
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    globalSetup: [...shared.globalSetup, 'build.ts'],
    // A container takes up to a second to start and to go, and several start at once.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
