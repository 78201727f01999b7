import { test } from 'vitest';
import { readInParts } from './heavy-listings.fixture.ts';

/** Listings that heavy-listings.test.ts leaves out. */
test.each(['bundle_selections', 'credit_adjustments'] as const)(
  '%s, which the API filters and does not sort, are asked for in parts of the time',
  async (stream) => void (await readInParts(stream)),
);
