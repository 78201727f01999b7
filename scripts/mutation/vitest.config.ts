import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

/** Only tests within this process: a mutant is active in memory, so a child process would not have it. */
export default defineConfig({
  test: {
    ...shared,
    include: ['src/airbyte/*.test.ts', 'src/recharge/*.test.ts', 'src/sync/*.test.ts'],
    // Syncs in virtual time take over a minute, for each mutant that lives.
    exclude: ['src/recharge/client{,-lies}.test.ts', 'src/**/*{throughput,.deep}*.test.ts'],
    testTimeout: 60_000,
    // Enough to find what a mutant breaks, and each is tried against all of them.
    env: { ...shared.env, DEEP: '3' },
  },
});
