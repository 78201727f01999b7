import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { products } from './schemas/products.schema.ts';

/** The catalogue as 2021-01 has it: the 2021-11 one is closed to most stores. */
export class Products extends IncrementalStream {
  override readonly name = 'products';
  override readonly scopes = ['read_products'];
  override readonly version = '2021-01';
  override readonly schema = products;
  override readonly listing = clientFiltered();
  override readonly adviceWhenRefused =
    'Recharge has meant to retire this list of version 2021-01 since 2025. Take products out of the sync; plans holds the subscription rules of each product.';
}
