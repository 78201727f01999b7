import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { asyncBatches } from './schemas/async-batches.schema.ts';

/** https://developer.rechargepayments.com/2021-11/async_batch_endpoints */
export class AsyncBatches extends FullRefreshStream {
  override readonly name = 'async_batches';
  override readonly scopes = ['read_batches'];
  override readonly schema = asyncBatches;
}
