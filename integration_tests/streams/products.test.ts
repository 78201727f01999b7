import { describe, expect, test } from 'vitest';
import { openStore } from './connection.ts';
import {
  errorOfProducts,
  expectNotRetired,
  expectRetired,
  notRetired,
  page,
  refusalOf,
  refused,
  retired,
} from './products.fixture.ts';

describe('products, once they are retired: alone, with the reason and plans instead', () => {
  test('404', () => expectRetired(retired(404), 'config_error', refusalOf(404)));

  test('no JSON', () =>
    expectRetired(
      page(200),
      'transient_error',
      /not valid JSON: see line 1, column 1\. Try again later.* alone.*: Recharge has meant/,
    ));
});

describe('products that begin to come are not retired', () => {
  test('more pages than Recharge gives by number', async () => {
    const sandbox = await openStore({ linkStyle: 'page', size: { products: 25_001 } });
    const error = await errorOfProducts(sandbox);
    expect(error).toMatchObject({
      failure_type: 'config_error',
      message: refused('1 page', 422, 'page: Results of more than 100 pages'),
    });
    notRetired(error?.message);
  });

  test('a later page that comes with 422', () =>
    expectNotRetired(422, '{"error":"no"}', refused('2 pages', 422, 'no')));
});
