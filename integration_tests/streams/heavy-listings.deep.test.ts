import { expect, test } from 'vitest';
import { readInParts, readWhole } from './heavy-listings.fixture.ts';

/** Listings that heavy-listings.test.ts leaves out. */
test.each(['bundle_selections', 'credit_adjustments'] as const)(
  '%s, which the API filters and does not sort, are asked for in parts of the time',
  async (stream) => void (await readInParts(stream)),
);

test('a page that is too heavy is not found so by each part of a listing', async () => {
  const refused = await readWhole('orders', { size: { orders: 3_000 }, heavyPageRows: 125, latencyMs: 50 });
  // One at the beginning, and one for each time that a larger page is tried again, ever more seldom.
  expect(refused).toBeLessThan(8);
});
