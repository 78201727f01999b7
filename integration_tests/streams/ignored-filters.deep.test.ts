import { describe, test } from 'vitest';
import { expectEarlyRowsHonoured, expectNoMultitude } from './ignored-filters.fixture.ts';

/** What ignored-filters.test.ts leaves out. */
test.each(['the lower bound', 'the upper bound', 'bounds and order'] as const)(
  'an API that ignores %s: no multitude of records',
  expectNoMultitude,
);

describe('what is no ignored filter', () => {
  test('rows that are shown early by the clocks of another zone', () =>
    expectEarlyRowsHonoured('by the clocks of another zone'));
});
