import { FilteredListingStream } from '../sync/filtered-listing.ts';
import { creditAccounts } from './schemas/credit-accounts.schema.ts';

/** https://developer.rechargepayments.com/2021-11/credits */
export class CreditAccounts extends FilteredListingStream {
  override readonly name = 'credit_accounts';
  override readonly scopes = ['read_credit_accounts'];
  override readonly schema = creditAccounts;
}
