import { expect, test } from 'vitest';
import { readInParts, readWhole } from './heavy-listings.fixture.ts';

/** What the API cannot make in time, in the other kinds of listing (docs/recharge-api.md#slow-answers). */
test.each(['credit_accounts', 'events'] as const)(
  '%s, which the API filters and does not sort, are asked for in parts of the time',
  async (stream) => void (await readInParts(stream)),
);

test('products, whose pages are numbered, come in smaller pages', async () => {
  const refused = await readWhole('products', { size: { products: 600 }, heavyPageRows: 125 });
  expect(refused).toBe(1);
});

test('orders of version 2021-01 come in smaller pages', async () => {
  const refused = await readWhole(
    'orders',
    { size: { orders: 900 }, heavyPageRows: 125 },
    { use_orders_deprecated_api: true },
  );
  expect(refused).toBeLessThan(5);
});
