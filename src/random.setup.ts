import fc from 'fast-check';
import { beforeEach } from 'vitest';
import { runs, seed } from './random.fixture.ts';

/** Before each file of tests: fast-check draws from the run's seed, and whatever fails names it. */
fc.configureGlobal({ seed, numRuns: runs(100) });

beforeEach(({ onTestFailed }) => {
  onTestFailed(({ task }) => {
    for (const error of task.result?.errors ?? []) error.message += `\n(SEED=${seed} draws the same again.)`;
  });
});
