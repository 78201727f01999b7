import { test } from 'vitest';
import { expectSettled } from './settling.fixture.ts';

// settling.test.ts has the least and the most.
test.each([1, 100_000_000])('settling_minutes %d', expectSettled);
