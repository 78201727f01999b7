import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { bundleProducts } from './schemas/bundle-products.schema.ts';

export class BundleProducts extends IncrementalStream {
  override readonly name = 'bundle_products';
  override readonly scopes = ['read_bundle_products'];
  override readonly schema = bundleProducts;
  override readonly listing = clientFiltered();
}
