import { FilteredListingStream } from '../sync/filtered-listing.ts';
import { creditAdjustments } from './schemas/credit-adjustments.schema.ts';

/** https://developer.rechargepayments.com/2021-11/credits */
export class CreditAdjustments extends FilteredListingStream {
  override readonly name = 'credit_adjustments';
  override readonly scopes = ['read_credit_adjustments'];
  override readonly schema = creditAdjustments;
}
