import { IncrementalStream } from '../sync/incremental-stream.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import { creditAdjustments } from './schemas/credit-adjustments.schema.ts';

export class CreditAdjustments extends IncrementalStream {
  override readonly name = 'credit_adjustments';
  override readonly scopes = ['read_credit_adjustments'];
  override readonly mayNeedPlan = true;
  override readonly schema = creditAdjustments;
  override readonly listing = serverFiltered();
}
