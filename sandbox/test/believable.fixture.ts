import { expect } from 'vitest';
import { readShop } from './shop.ts';

/** What an analyst checks, over stores of several seeds: nothing here knows how the rows are made. */
export const shops = await Promise.all([
  readShop(1, 'small'),
  readShop(2, 'small'),
  readShop(77, 'small'),
  readShop(5, 'demo'),
]);

/** So many things of a kind, or the test has looked at nothing. */
export const many = (things: readonly unknown[], atLeast = 5): void =>
  expect(things.length).toBeGreaterThanOrEqual(atLeast);
