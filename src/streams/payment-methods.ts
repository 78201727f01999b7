import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { paymentMethods } from './schemas/payment-methods.schema.ts';

export class PaymentMethods extends IncrementalStream {
  override readonly name = 'payment_methods';
  override readonly scopes = ['read_payment_methods'];
  override readonly mayNeedPlan = true;
  override readonly schema = paymentMethods;
  override readonly listing = clientFiltered();
  // A page of 250 takes the API more than a minute (docs/recharge-api.md#slow-answers).
  override readonly pageSize = 50;
  // Without it a deleted one just disappears from the listing.
  override readonly query = { include_deleted: 'true' };
}
