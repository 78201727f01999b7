import { IncrementalStream } from '../sync/incremental-stream.ts';
import { plans } from './schemas/plans.schema.ts';

export class Plans extends IncrementalStream {
  override readonly name = 'plans';
  override readonly scopes = [['read_plans', 'read_products']];
  override readonly schema = plans;
}
