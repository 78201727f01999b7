import { IncrementalStream } from '../sync/incremental-stream.ts';
import { subscriptions } from './schemas/subscriptions.schema.ts';

export class Subscriptions extends IncrementalStream {
  override readonly name = 'subscriptions';
  override readonly scopes = ['read_subscriptions'];
  override readonly schema = subscriptions;
}
