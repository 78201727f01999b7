import { describe, expect, test } from 'vitest';
import { expectNotRetired, expectRetired, refusalOf, refused, retired } from './products.fixture.ts';

/** Answers that products.test.ts leaves out. */
describe('products, once they are retired: alone, with the reason and plans instead', () => {
  test.each([410, 422, 501])('%s', (status) =>
    expectRetired(retired(status), 'config_error', refusalOf(status)),
  );

  test('403, though its scope is granted', () =>
    expectRetired(
      retired(403),
      'config_error',
      /\(403\)\. Recharge says: .* It has the scope for it\. Recharge has meant/,
    ));

  test('no products', () =>
    expectRetired(
      'missingKey',
      'transient_error',
      /no "products"\. Try again later.* alone.*: Recharge has meant/,
    ));
});

describe('products that begin to come are not retired', () => {
  test.each([
    [302, '', expect.stringMatching(/\(302\).* Check api_url\.$/) as string],
    [403, '{"error":"no"}', expect.stringMatching(/^The API token may not read products/) as string],
    [410, '{"error":"no"}', refused('2 pages', 410, 'no')],
    [200, '<html>It moved</html>', expect.stringMatching(/not valid JSON/) as string],
  ])('a later page that comes with %d', expectNotRetired);
});
