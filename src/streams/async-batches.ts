import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { asyncBatches } from './schemas/async-batches.schema.ts';

export class AsyncBatches extends FullRefreshStream {
  override readonly name = 'async_batches';
  override readonly scopes = ['read_batches'];
  override readonly schema = asyncBatches;
}
