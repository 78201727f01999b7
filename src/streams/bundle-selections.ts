import { FilteredListingStream } from '../sync/filtered-listing.ts';
import { bundleSelections } from './schemas/bundle-selections.schema.ts';

/** https://developer.rechargepayments.com/2021-11/bundle_selections */
export class BundleSelections extends FilteredListingStream {
  override readonly name = 'bundle_selections';
  override readonly scopes = ['read_subscriptions'];
  override readonly schema = bundleSelections;
}
