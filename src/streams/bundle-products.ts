import { CompleteListingStream } from '../sync/complete-listing.ts';
import { bundleProducts } from './schemas/bundle-products.schema.ts';

/** https://developer.rechargepayments.com/2021-11/bundle_products */
export class BundleProducts extends CompleteListingStream {
  override readonly name = 'bundle_products';
  override readonly scopes = ['read_bundle_products'];
  override readonly schema = bundleProducts;
}
