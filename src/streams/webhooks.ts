import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { webhooks } from './schemas/webhooks.schema.ts';

/** https://developer.rechargepayments.com/2021-11/webhooks */
export class Webhooks extends FullRefreshStream {
  override readonly name = 'webhooks';
  override readonly scopes = [];
  override readonly schema = webhooks;
}
