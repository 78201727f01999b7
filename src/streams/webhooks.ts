import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { webhooks } from './schemas/webhooks.schema.ts';

export class Webhooks extends FullRefreshStream {
  override readonly name = 'webhooks';
  override readonly scopes = [];
  override readonly schema = webhooks;
}
