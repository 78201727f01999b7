import { describe, test } from 'vitest';
import { expectOneRequestOver, expectWholeOver } from './old-orders.fixture.ts';

/** Ways from page to page that old-orders.test.ts leaves out. */
describe('orders with use_orders_deprecated_api', () => {
  test.each(['page_info', 'page'] as const)(
    'come whole in the shape of 2021-01, whatever leads from page to page: %s',
    expectWholeOver,
  );

  test('nothing new costs one request, though the youngest are read again (links: cursor)', () =>
    expectOneRequestOver('cursor'));
});
