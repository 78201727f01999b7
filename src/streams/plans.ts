import { IncrementalStream } from '../sync/incremental-stream.ts';
import { plans } from './schemas/plans.schema.ts';

/** https://developer.rechargepayments.com/2021-11/plans */
export class Plans extends IncrementalStream {
  override readonly name = 'plans';
  override readonly scopes = [['read_plans', 'read_products']];
  override readonly schema = plans;
}
