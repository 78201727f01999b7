import { CompleteListingStream } from '../sync/complete-listing.ts';
import { collections } from './schemas/collections.schema.ts';

/** https://developer.rechargepayments.com/2021-11/collections */
export class Collections extends CompleteListingStream {
  override readonly name = 'collections';
  override readonly scopes = ['read_products'];
  override readonly schema = collections;
}
