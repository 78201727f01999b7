import type { Query } from '../recharge/client.ts';
import { CompleteListingStream } from '../sync/complete-listing.ts';
import { paymentMethods } from './schemas/payment-methods.schema.ts';

/** https://developer.rechargepayments.com/2021-11/payment_methods */
export class PaymentMethods extends CompleteListingStream {
  override readonly name = 'payment_methods';
  override readonly scopes = ['read_payment_methods'];
  override readonly schema = paymentMethods;

  // A page of 250 takes the API more than a minute (recharge-api §2.5).
  protected override get pageSize(): number {
    return 50;
  }

  // Without it a deleted one just disappears from the listing.
  protected override get query(): Query {
    return { include_deleted: 'true' };
  }
}
