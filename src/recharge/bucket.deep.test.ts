import { describe, it } from 'vitest';
import { draws, elsewheres, expectFitAlone, expectFitBeside } from './bucket-sweep.fixture.ts';

/** More seeds than bucket.test.ts has. */
const seeds = [2, 3];

describe(`Bucket, in virtual time, over ${draws} random APIs`, () => {
  it.each(seeds)(
    'alone on the token: no 429, and nine tenths of the limit are used (seed %i)',
    expectFitAlone,
  );

  describe.each(elsewheres)('beside a program that %s', (elsewhere) => {
    it.each(seeds)(
      'one call in a hundred is 429 at most, and nine tenths of what is left are used (seed %i)',
      (seed) => expectFitBeside(seed, elsewhere),
    );
  });
});
