import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { retentionStrategies } from './schemas/retention-strategies.schema.ts';

export class RetentionStrategies extends FullRefreshStream {
  override readonly name = 'retention_strategies';
  override readonly scopes = ['read_subscriptions'];
  override readonly schema = retentionStrategies;
}
